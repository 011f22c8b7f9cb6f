//! The scheduler of notification jobs, which EventBridge runs every minute.

use ibw::notifications::service::Scheduler;

/// Looks after all open jobs. What could not be seen to fails the invocation when the rest is done, so that it counts as an
/// error of the function; the next minute tries again.
pub async fn run(scheduler: &Scheduler) -> Result<(), lambda_runtime::Error> {
    match scheduler.run().await? {
        0 => Ok(()),
        failed => Err(format!("{failed} jobs could not be looked after").into()),
    }
}
