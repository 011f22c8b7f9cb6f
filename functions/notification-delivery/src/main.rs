//! Starts the `notification-delivery` function.

use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use ibw::app::{Start, app_url, time_before_end, work};
use ibw::clients::telegram::Telegram;
use ibw::notifications::pace::Rates;
use ibw::notifications::service::Sender;
use ibw::users;
use ibw::users::service::UserConfig;
use lambda_runtime::LambdaEvent;
use notification_delivery::{QUEUES, Worker};

/// The time that a send may need: the client's time-out and the writes after it.
const RESERVE: Duration = Duration::from_secs(15);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut start = Start::with_secret().await;
    let consumers = QUEUES.map(|queue| start.consumer_named(queue)).into();
    let (telegram, rates) = (Telegram::read(&mut start.env), Rates::read(&mut start.env));
    let users = users::Domain::new(&start.platform, UserConfig::default());
    let sender = Sender::new(&start.platform, users.service, telegram, rates, app_url(&mut start.env));
    let worker = &start.finish(Worker::new(consumers, sender))?;
    let handle = |event: LambdaEvent<SqsEvent>| worker.handle(event.payload, time_before_end(&event.context, RESERVE));
    work(handle).await
}
