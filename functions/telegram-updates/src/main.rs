//! Starts the `telegram-updates` function.

use aws_lambda_events::event::sqs::SqsEvent;
use ibw::app::Workers;
use ibw::config::Env;
use ibw::queue::Consumer;
use ibw::random::Random;
use lambda_runtime::{LambdaEvent, service_fn};
use telegram_updates::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut env = Env::of_process();
    let workers = Workers::read(&mut env);
    let consumer = Consumer::read(&mut env, &workers.aws, Random::System);
    let worker = &env.finish(Worker::new(consumer, workers.updates()))?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| worker.handle(event.payload))).await
}
