//! Actions of organisers and the scheduler on a job. Each action is one write, and is possible in some states only.

use crate::notifications::errand::Errand;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState, PausedBy};
use crate::notifications::messages::{JobsMessage, VERSION};
use crate::notifications::model::JobId;
use crate::notifications::service::Progress;
use crate::time::Time;

impl Progress {
    /// Schedules a draft, or changes the time of a scheduled job. A past time starts it now.
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

    /// Starts a job now. `seen` is the state that the caller has read.
    pub async fn start(&self, id: JobId, seen: JobState) -> Result<Job, NotificationError> {
        let now = self.now();
        let change = |job: &mut Job| {
            editable(job)?;
            // The job may have been put off since the scheduler read it.
            let due = seen != JobState::Scheduled || job.scheduled_at.is_some_and(|at| at <= now);
            if due { Ok(Some(start(job, now))) } else { Err(NotificationError::State(job.state)) }
        };
        let job = self.change(id, change).await?;
        tracing::info!(job.id = %id, "notification_job.started");
        Ok(job)
    }

    /// Pauses a running job. Messages that are being sent at this moment still arrive.
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

    /// Resumes a paused job where it stopped.
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

    /// Cancels a job. Recipients that have not got the message do not get it.
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
            job.cancel();
            Ok(Some(JobsMessage::Sweep { v: VERSION, job_id: id }))
        };
        self.change(id, change).await
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
