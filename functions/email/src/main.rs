//! Starts the `email` function.

use aws_lambda_events::event::sqs::SqsEvent;
use email::Worker;
use ibw::app::{Start, work};
use ibw::clients::email::Mailer;
use ibw::one_time_code::OneTimeCodes;
use ibw::users::service::VerificationMailer;
use lambda_runtime::LambdaEvent;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut start = Start::with_secret().await;
    let consumer = start.consumer();
    let (mailer, key) = (Mailer::read(&mut start.env, &start.aws), start.env.key("SIGNING_KEY"));
    let mailer = VerificationMailer::new(&start.platform, mailer, OneTimeCodes::of_emails(key));
    let worker = &start.finish(Worker::new(consumer, mailer))?;
    work(|event: LambdaEvent<SqsEvent>| worker.handle(event.payload)).await
}
