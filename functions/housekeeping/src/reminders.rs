//! Reminders before bookmarked sessions and side events with a seat.

use std::time::Instant;

use ibw::calendar::service::Reminders;
use ibw::notifications::service::Reminders as Written;

use crate::{Outcome, RESERVE};

fn outcome(written: Written) -> Outcome {
    Outcome { done: written.sent, failed: written.failed }
}

/// Reminds of sessions that are about to begin, as far as there is time.
pub(crate) async fn of_sessions(reminders: &Reminders, deadline: Instant) -> Result<Outcome, lambda_runtime::Error> {
    Ok(outcome(reminders.of_sessions(end(deadline)).await?))
}

/// Reminds of side events that are about to begin, as far as there is time.
pub(crate) async fn of_events(reminders: &Reminders, deadline: Instant) -> Result<Outcome, lambda_runtime::Error> {
    Ok(outcome(reminders.of_events(end(deadline)).await?))
}

/// When nothing more is to be begun.
fn end(deadline: Instant) -> Instant {
    deadline.checked_sub(RESERVE).unwrap_or(deadline)
}
