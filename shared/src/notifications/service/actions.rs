//! What organisers, and the scheduler, do with a job: each action is one write, from the states in which it makes sense.

use crate::id::JobId;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Errand, Job, JobState, PausedBy};
use crate::notifications::messages::{JobsMessage, VERSION};
use crate::notifications::service::Progress;
use crate::time::Time;

impl Progress {
    /// Has a draft start at a time; at once where that is past. A scheduled job can be scheduled anew.
    pub async fn schedule(&self, id: JobId, at: Time) -> Result<Job, NotificationError> {
        let now = self.now();
        let change = |job: &mut Job| {
            editable(job)?;
            job.scheduled_at = Some(at);
            if at <= now {
                return Ok(Some(start(job, now)));
            }
            job.state = JobState::Scheduled;
            Ok(None)
        };
        self.change(id, change).await
    }

    /// Starts a job now, if it is in the state that the caller saw or can still be changed.
    pub async fn start(&self, id: JobId, seen: JobState) -> Result<Job, NotificationError> {
        let now = self.now();
        let change = |job: &mut Job| {
            editable(job)?;
            // A scheduler that saw it scheduled must not start it if that was taken back, or put off.
            let due = seen != JobState::Scheduled || job.scheduled_at.is_some_and(|at| at <= now);
            if due { Ok(Some(start(job, now))) } else { Err(NotificationError::State(job.state)) }
        };
        let job = self.change(id, change).await?;
        tracing::info!(job.id = %id, "notification_job.started");
        Ok(job)
    }

    /// Stops a running job: what is being sent at this moment is the last.
    pub async fn pause(&self, id: JobId) -> Result<Job, NotificationError> {
        let change = |job: &mut Job| {
            if !job.is_running() {
                return Err(NotificationError::State(job.state));
            }
            job.pause(PausedBy::Organiser);
            Ok(None)
        };
        self.change(id, change).await
    }

    /// Goes on with a paused job where it stopped.
    pub async fn resume(&self, id: JobId) -> Result<Job, NotificationError> {
        let change = |job: &mut Job| {
            if job.state != JobState::Paused {
                return Err(NotificationError::State(job.state));
            }
            job.resume();
            Ok(Some(JobsMessage::Sweep { v: VERSION, job_id: id }))
        };
        self.change(id, change).await
    }

    /// Calls a job off, for good: whoever has not been sent to is not.
    pub async fn cancel(&self, id: JobId) -> Result<Job, NotificationError> {
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
            job.state = JobState::Cancelled;
            job.paused_in = None;
            job.paused_by = None;
            job.place = None;
            job.sweep(Errand::Cancel);
            Ok(Some(JobsMessage::Sweep { v: VERSION, job_id: id }))
        };
        self.change(id, change).await
    }

    /// Sends once more to those who could not be sent to, and to nobody else. Messages that may have arrived are not sent again.
    pub async fn retry_failed(&self, id: JobId) -> Result<Job, NotificationError> {
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
        self.change(id, change).await
    }
}

fn editable(job: &Job) -> Result<(), NotificationError> {
    if job.is_editable() { Ok(()) } else { Err(NotificationError::State(job.state)) }
}

fn start(job: &mut Job, now: Time) -> JobsMessage {
    job.start(now);
    JobsMessage::Expand { v: VERSION, job_id: job.id }
}
