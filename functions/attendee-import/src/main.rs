//! Starts the `attendee-import` function.

use attendee_import::Worker;
use aws_lambda_events::event::sqs::SqsEvent;
use ibw::app::Workers;
use ibw::clients::{secrets, storage};
use ibw::config::Env;
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::time::Clock;
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut env = Env::of_process();
    let workers = Workers::read(&mut env);
    secrets::supply(&mut env, &workers.aws).await;
    let consumer = Consumer::read(&mut env, &workers.aws, Random::System);
    let importer = workers.importer(storage::read(&mut env, &workers.aws));
    let worker = &env.finish(Worker::new(consumer, importer))?;
    let handle = |event: LambdaEvent<SqsEvent>| {
        // A page takes about a second: half of the time is left for a slow one.
        let now = Clock::System.now();
        let deadline = now.plus(ibw::queue::time_left(&event.context).mul_f64(0.5));
        Box::pin(worker.handle(event.payload, deadline))
    };
    lambda_runtime::run(service_fn(handle)).await
}
