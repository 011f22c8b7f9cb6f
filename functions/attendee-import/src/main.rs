//! Starts the `attendee-import` function.

use attendee_import::Worker;
use aws_lambda_events::event::sqs::SqsEvent;
use ibw::app::{DomainConfig, Start, share_of_time, work};
use ibw::attendees::service::Importer;
use ibw::clients::storage;
use ibw::users::service::UserConfig;
use ibw::{conferences, media, users};
use lambda_runtime::LambdaEvent;

/// Share of the function's time for imports. A page takes about a second, so the rest is enough for a slow page.
const SHARE: f64 = 0.5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut start = Start::with_secret().await;
    let consumer = start.consumer();
    let config = DomainConfig::of_storage(storage::read(&mut start.env, &start.aws));
    let media = media::Domain::new(&start.platform, config.media);
    let conferences = conferences::Domain::new(&start.platform);
    let users = users::Domain::new(&start.platform, UserConfig::default());
    let importer = Importer::new(&start.platform, conferences.service, users.service, media.service);
    let worker = &start.finish(Worker::new(consumer, importer))?;
    let handle = |event: LambdaEvent<SqsEvent>| worker.handle(event.payload, share_of_time(&event.context, SHARE));
    work(handle).await
}
