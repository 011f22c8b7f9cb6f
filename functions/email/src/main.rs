//! Starts the `email` function.

use aws_lambda_events::event::sqs::SqsEvent;
use email::Worker;
use ibw::clients::aws::Aws;
use ibw::clients::email::Mailer;
use ibw::clients::secrets;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::time::Clock;
use ibw::users::service::VerificationMailer;
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut env = Env::of_process();
    let aws = Aws::read(&mut env);
    secrets::supply(&mut env, &aws).await;
    let consumer = Consumer::read(&mut env, &aws, Random::System);
    let (dynamo, mailer, key) = (Dynamo::read(&mut env, &aws), Mailer::read(&mut env, &aws), env.key("SIGNING_KEY"));
    let mailer = VerificationMailer::new(&dynamo, mailer, key, Clock::System, Random::System);
    let worker = &env.finish(Worker::new(consumer, mailer))?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| worker.handle(event.payload))).await
}
