//! Housekeeping: what has to be done as time passes. Each domain says what that is, in its `tasks.rs`.

use std::time::Instant;

use ibw::scheduled::{self, ScheduledTasks};

/// Does what is due, as far as there is time before `deadline`. What failed fails the invocation when the rest is done,
/// so that it counts as an error of the function; the next run tries again.
pub async fn run(domains: &[Box<dyn ScheduledTasks>], deadline: Instant) -> Result<(), lambda_runtime::Error> {
    scheduled::run(domains, deadline).await.map_err(Into::into)
}
