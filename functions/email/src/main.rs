//! Starts the `email` function.

use aws_lambda_events::event::sqs::SqsEvent;
use email::{EVENTS, Worker};
use ibw::app::{Start, work};
use ibw::clients::email::Mailer;
use ibw::one_time_code::OneTimeCodes;
use ibw::users::service::{MailReports, VerificationMailer};
use lambda_runtime::LambdaEvent;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut start = Start::with_secret().await;
    let (mails, events) = (start.consumer(), start.consumer_named(EVENTS));
    let (mailer, key) = (Mailer::read(&mut start.env, &start.aws), start.env.key("SIGNING_KEY"));
    let codes = OneTimeCodes::of_emails(key);
    let mailer = VerificationMailer::new(&start.platform, mailer, codes.clone());
    let reports = MailReports::new(&start.platform, codes);
    let worker = &start.finish(Worker::new(mails, mailer, events, reports))?;
    work(|event: LambdaEvent<SqsEvent>| worker.handle(event.payload)).await
}
