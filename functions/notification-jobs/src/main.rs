//! Starts the `notification-jobs` function.

use aws_lambda_events::event::sqs::SqsEvent;
use ibw::app::{DomainConfig, Domains, Start, share_of_time, work};
use ibw::notifications::service::Expander;
use lambda_runtime::LambdaEvent;
use notification_jobs::Worker;

/// A page takes well under a second: half of the time is left for a slow one.
const SHARE: f64 = 0.45;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut start = Start::without_secret();
    let consumer = start.consumer();
    let domains = Domains::new(&start.platform, DomainConfig::default());
    let users = domains.users.service.clone();
    let expander = Expander::read(&mut start.env, &start.platform, users, domains.groups());
    let worker = &start.finish(Worker::new(consumer, expander))?;
    let handle = |event: LambdaEvent<SqsEvent>| worker.handle(event.payload, share_of_time(&event.context, SHARE));
    work(handle).await
}
