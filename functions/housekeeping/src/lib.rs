//! Housekeeping: what has to be done as time passes. Each domain says what that is, in its `tasks.rs`.
//!
//! An operator can also invoke the function with a command.

mod grant;

use std::time::Instant;

use ibw::scheduled::{self, ScheduledTasks};
use lambda_runtime::Error;
use serde_json::Value;

pub use grant::{GrantCommand, Granted};

/// What the function is invoked with.
#[derive(Debug)]
pub enum Input {
    /// The schedule.
    Schedule,
    /// A command of an operator: `{"grant": {"telegram_id": 279058397, "role": "admin"}}`.
    Grant(GrantCommand),
}

impl Input {
    /// Tells one from the other.
    pub fn of(mut event: Value) -> Result<Self, Error> {
        match event.get_mut("grant") {
            Some(command) => Ok(Self::Grant(serde_json::from_value(command.take())?)),
            None => Ok(Self::Schedule),
        }
    }
}

/// Does what is due, as far as there is time before `deadline`. What failed fails the invocation when the rest is done,
/// so that it counts as an error of the function; the next run tries again.
pub async fn run(domains: &[Box<dyn ScheduledTasks>], deadline: Instant) -> Result<(), Error> {
    scheduled::run(domains, deadline).await.map_err(Into::into)
}
