//! Starts the `notification-scheduler` function.

use ibw::app::Workers;
use ibw::config::Env;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::IgnoredAny;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let mut env = Env::of_process();
    let workers = Workers::read(&mut env);
    let scheduler = &env.finish(workers)?.scheduler();
    lambda_runtime::run(service_fn(|_: LambdaEvent<IgnoredAny>| notification_scheduler::run(scheduler))).await
}
