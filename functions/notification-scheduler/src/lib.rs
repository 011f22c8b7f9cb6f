//! The scheduler of notifications, which EventBridge runs every minute: jobs first, then changes of events,
//! then reminders.

use std::time::Instant;

use ibw::calendar::service::Reminders;
use ibw::dynamo::with_deadline;
use ibw::events::service::EventService;
use ibw::notifications::service::Scheduler;
use ibw::scheduled::end_of_work;

/// Checks all open jobs, tells guests of changed events, and sends reminders in the rest of the time before `deadline`.
/// What failed does not keep the rest. It makes the invocation fail at the end, so that it counts as an error of the
/// function. The next minute tries
/// again.
pub async fn run(
    scheduler: &Scheduler,
    events: &EventService,
    reminders: &Reminders,
    deadline: Instant,
) -> Result<(), lambda_runtime::Error> {
    let jobs = match with_deadline(deadline, scheduler.run()).await {
        Ok(0) => None,
        Ok(failed) => Some(format!("{failed} jobs could not be checked")),
        Err(error) => Some(format!("jobs: {error}")),
    };
    let changes = match with_deadline(deadline, events.tell_due(end_of_work(deadline))).await {
        Ok(told) if told.failed == 0 => None,
        Ok(told) => Some(format!("{} changes of events were not told", told.failed)),
        Err(error) => Some(format!("changes of events: {error}")),
    };
    let reminders = match with_deadline(deadline, reminders.run(end_of_work(deadline))).await {
        Ok(reminded) if reminded.failed == 0 => None,
        Ok(reminded) => Some(format!("{} reminders failed", reminded.failed)),
        Err(error) => Some(format!("reminders: {error}")),
    };
    let failures: Vec<String> = jobs.into_iter().chain(changes).chain(reminders).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join(", ").into()) }
}
