//! Starts the `notification-scheduler` function.

use ibw::app::{Start, work};
use ibw::notifications::service::Scheduler;
use lambda_runtime::LambdaEvent;
use serde::de::IgnoredAny;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let start = Start::without_secret();
    let scheduler = Scheduler::new(&start.platform);
    let scheduler = &start.finish(scheduler)?;
    work(|_: LambdaEvent<IgnoredAny>| notification_scheduler::run(scheduler)).await
}
