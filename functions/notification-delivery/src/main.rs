//! Starts the `notification-delivery` function.

use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use ibw::app::Workers;
use ibw::clients::secrets;
use ibw::config::Env;
use ibw::queue::{Consumer, time_left};
use ibw::random::Random;
use ibw::time::Clock;
use lambda_runtime::{LambdaEvent, service_fn};
use notification_delivery::Worker;

/// What a send that was begun may need: the client's time-out and the writes after it.
const RESERVE: Duration = Duration::from_secs(15);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut env = Env::of_process();
    let workers = Workers::read(&mut env);
    secrets::supply(&mut env, &workers.aws).await;
    let urgent = Consumer::read_named(&mut env, &workers.aws, "URGENT", Random::System);
    let bulk = Consumer::read_named(&mut env, &workers.aws, "BULK", Random::System);
    let sender = workers.sender(&mut env);
    let worker = &env.finish(Worker::new(urgent, bulk, sender))?;
    let handle = |event: LambdaEvent<SqsEvent>| {
        let deadline = Clock::System.now().plus(time_left(&event.context).saturating_sub(RESERVE));
        Box::pin(worker.handle(event.payload, deadline))
    };
    lambda_runtime::run(service_fn(handle)).await
}
