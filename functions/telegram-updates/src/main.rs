//! Starts the `telegram-updates` function.

use aws_lambda_events::event::sqs::SqsEvent;
use ibw::app::{DomainConfig, Domains, Start, work};
use lambda_runtime::LambdaEvent;
use telegram_updates::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut start = Start::without_secret();
    let consumer = start.consumer();
    let telegram = Domains::new(&start.platform, DomainConfig::default()).telegram;
    let worker = &start.finish(Worker::new(consumer, telegram.service))?;
    work(|event: LambdaEvent<SqsEvent>| worker.handle(event.payload)).await
}
