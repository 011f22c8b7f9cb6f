//! Actions of organisers and the scheduler on a job. Each action is one write, and is possible in some states only.

use super::progress::Act;
use crate::audit::model::Actor;
use crate::expected::Expected;
use crate::notifications::approval::ApprovalState;
use crate::notifications::errand::Errand;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState, PausedBy};
use crate::notifications::messages::{JobsMessage, VERSION};
use crate::notifications::model::JobId;
use crate::notifications::service::Progress;
use crate::time::Time;

impl Progress {
    /// Starts a scheduled job whose time has come. One that waits for an approval does not start: it is a draft again.
    pub(super) async fn start_due(&self, id: JobId) -> Result<(), NotificationError> {
        let now = self.now();
        let change = |job: &mut Job| {
            // The job may have been started or put off since the scheduler read it.
            if job.state != JobState::Scheduled || job.scheduled_at.is_some_and(|at| at > now) {
                return Err(NotificationError::State(job.state));
            }
            match job.approval.as_mut().filter(|approval| approval.is_awaited()) {
                Some(approval) => {
                    approval.state = ApprovalState::Missed;
                    job.state = JobState::Draft;
                    Ok(None)
                }
                None => Ok(Some(start(job, now))),
            }
        };
        let job = self.change(id, change).await?;
        if job.is_running() {
            tracing::info!(job.id = %id, "notification_job.started");
        } else {
            tracing::error!(job.id = %id, "notification_job.not_approved");
        }
        Ok(())
    }

    /// Pauses a running job. Messages that are being sent at this moment still arrive.
    pub async fn pause(&self, actor: &Actor, id: JobId) -> Result<Job, NotificationError> {
        let change = |job: &mut Job| {
            if !job.is_running() {
                return Err(NotificationError::State(job.state));
            }
            job.pause(PausedBy::Organiser);
            Ok(None)
        };
        let act = Act { actor, action: "notification_job.pause", expected: &Expected::Any };
        self.act(act, id, change).await
    }

    /// Cancels a job. Recipients that have not got the message do not get it.
    pub async fn cancel(&self, actor: &Actor, id: JobId) -> Result<Job, NotificationError> {
        let now = self.now();
        let change = |job: &mut Job| {
            match job.state {
                JobState::Draft | JobState::Scheduled => {
                    job.state = JobState::Cancelled;
                    job.finish(now);
                    return Ok(None);
                }
                JobState::Expanding | JobState::Sending | JobState::Paused => {}
                state => return Err(NotificationError::State(state)),
            }
            job.cancel();
            Ok(Some(JobsMessage::Sweep { v: VERSION, job_id: id }))
        };
        let act = Act { actor, action: "notification_job.cancel", expected: &Expected::Any };
        self.act(act, id, change).await
    }

    /// Cancels what a job has not sent yet, as the job `by` says something newer. A job that is over stays as it is.
    pub(super) async fn replace(&self, id: JobId, by: JobId) -> Result<(), NotificationError> {
        let change = |job: &mut Job| {
            if !matches!(job.state, JobState::Expanding | JobState::Sending | JobState::Paused) {
                return Err(NotificationError::State(job.state));
            }
            job.replaced_by = Some(by);
            job.cancel();
            Ok(Some(JobsMessage::Sweep { v: VERSION, job_id: id }))
        };
        match self.change(id, change).await {
            Ok(_) | Err(NotificationError::State(_) | NotificationError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends failed messages again. Messages that may have arrived are not sent again.
    pub async fn retry_failed(&self, actor: &Actor, id: JobId, expected: &Expected) -> Result<Job, NotificationError> {
        let change = |job: &mut Job| {
            if job.state != JobState::FinishedWithErrors {
                return Err(NotificationError::State(job.state));
            }
            job.state = JobState::Sending;
            job.finished_at = None;
            job.recent.clear();
            job.round += 1;
            job.sweep(Errand::Retry);
            Ok(Some(JobsMessage::Sweep { v: VERSION, job_id: id }))
        };
        self.act(Act { actor, action: "notification_job.retry", expected }, id, change).await
    }
}

/// Starts a job, and returns the message that has its audience listed.
pub(super) fn start(job: &mut Job, now: Time) -> JobsMessage {
    job.start(now);
    JobsMessage::Expand { v: VERSION, job_id: job.id }
}

/// Resumes a job, and returns the message that has its open chunks sent and the rest of its audience listed.
pub(super) fn resume(job: &mut Job) -> JobsMessage {
    job.resume();
    JobsMessage::Sweep { v: VERSION, job_id: job.id }
}
