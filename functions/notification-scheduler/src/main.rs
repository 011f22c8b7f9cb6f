//! Starts the `notification-scheduler` function.

use std::time::Instant;

use ibw::app::{DomainConfig, Domains, Start};
use ibw::notifications::service::Scheduler;
use ibw::queue::time_left;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::IgnoredAny;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let start = Start::without_secret();
    let reminders = Domains::new(&start.platform, DomainConfig::default()).calendar.reminders;
    let scheduler = Scheduler::new(&start.platform);
    let (scheduler, reminders) = &start.finish((scheduler, reminders))?;
    // Boxed, as the compiler gives up on the size of a future of so many layers.
    let run = |event: LambdaEvent<IgnoredAny>| {
        Box::pin(notification_scheduler::run(scheduler, reminders, Instant::now() + time_left(&event.context)))
    };
    lambda_runtime::run(service_fn(run)).await
}
