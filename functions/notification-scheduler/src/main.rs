//! Starts the `notification-scheduler` function.

use std::time::Instant;

use ibw::app::{DomainConfig, Domains, Start, work};
use ibw::notifications::service::Scheduler;
use ibw::queue::time_left;
use lambda_runtime::LambdaEvent;
use serde::de::IgnoredAny;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    ibw::telemetry::init();
    let start = Start::without_secret();
    let domains = Domains::new(&start.platform, DomainConfig::default());
    let (events, reminders) = (domains.events.service, domains.calendar.reminders);
    let scheduler = Scheduler::new(&start.platform);
    let (scheduler, events, reminders) = &start.finish((scheduler, events, reminders))?;
    work(|event: LambdaEvent<IgnoredAny>| {
        notification_scheduler::run(scheduler, events, reminders, Instant::now() + time_left(&event.context))
    })
    .await
}
