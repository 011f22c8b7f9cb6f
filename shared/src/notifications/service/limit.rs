//! How many users a job may go to, and what happens if its audience grows beyond that: it is paused before they hear.

use crate::notifications::approval::{ALONE, Approval, most};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, Lease, PausedBy};
use crate::notifications::service::Expander;

/// The most users that a job may go to: as many as one person may send to, or about as many as a second one approved.
/// `None` if it is the job of a domain, as no person has chosen its audience.
pub(super) fn allowed(job: &Job) -> Option<u64> {
    let seen = job.expected_recipients?;
    let is_approved = job.approval.as_ref().is_some_and(Approval::is_given);
    Some(if is_approved { most(seen).max(ALONE) } else { ALONE })
}

/// Whether a job may not go to so many more users than are listed. Groups are listed after all users.
fn exceeds(job: &Job, more: usize) -> bool {
    let total = u64::try_from(more).map_or(u64::MAX, |more| listed(job).saturating_add(more));
    allowed(job).is_some_and(|allowed| total > allowed)
}

/// The recipients that are listed.
pub(super) fn listed(job: &Job) -> u64 {
    job.counts.total.into()
}

impl Expander {
    /// Pauses a job if `more` users would be too many, and says whether it did. The page that is too much was not
    /// written, so the next worker begins with it.
    pub(super) async fn hold_if_too_many(&self, read: &Job, more: usize) -> Result<bool, NotificationError> {
        if !exceeds(read, more) {
            return Ok(false);
        }
        let now = self.clock.now();
        let hold = |job: &mut Job| {
            if job.lease != read.lease || !job.is_listing() {
                return Err(NotificationError::State(job.state));
            }
            // A worker that crashed may have written a part of the page: whoever goes on has to know it.
            let inherited = job.lease.take().filter(|lease| lease.inherited);
            job.lease = inherited.map(|lease| Lease { until: now, ..lease });
            if job.is_running() {
                job.pause(PausedBy::Recipients);
            }
            job.paused_by = Some(PausedBy::Recipients);
            Ok(None)
        };
        match self.progress.change(read.id, hold).await {
            Ok(job) => {
                tracing::error!(job.id = %job.id, listed = job.counts.total, "notification_job.paused_by_recipients");
                Ok(true)
            }
            // It was cancelled, or another worker goes on.
            Err(NotificationError::State(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }
}
