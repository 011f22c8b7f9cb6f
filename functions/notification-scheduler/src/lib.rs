//! The scheduler of notification jobs, which EventBridge runs every minute.

use ibw::notifications::service::Scheduler;

/// Checks all open jobs. A job that failed makes the invocation fail after the other jobs, so that it counts as an
/// error of the function. The next minute tries again.
pub async fn run(scheduler: &Scheduler) -> Result<(), lambda_runtime::Error> {
    match scheduler.run().await? {
        0 => Ok(()),
        failed => Err(format!("{failed} jobs could not be checked").into()),
    }
}
