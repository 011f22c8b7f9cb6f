//! How people start a job: they say how many recipients they expect, and two of them agree where these are many.

use super::NotificationService;
use super::actions::start;
use super::progress::Act;
use crate::audit::model::Actor;
use crate::expected::Expected;
use crate::id::UserId;
use crate::notifications::approval::{ALONE, Approval, is_about};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job, JobState};
use crate::notifications::messages::JobsMessage;
use crate::notifications::model::JobId;
use crate::time::Time;

/// What a caller says of the start of a job.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The time of the start; now if it is `None` or past.
    pub at: Option<Time>,
    /// The number of recipients that the caller has seen.
    pub expected_recipients: u64,
    /// The caller, if it is a user.
    pub by: Option<UserId>,
}

impl NotificationService {
    /// Starts or schedules a job that has the expected number of recipients. Where these are many, it only asks a
    /// second person for the approval.
    pub async fn start_job(
        &self,
        actor: &Actor,
        id: JobId,
        wish: Start,
        expected: &Expected,
    ) -> Result<Job, NotificationError> {
        let (job, brief) = self.before_start(id, expected).await?;
        let recipients = self.count(brief).await?;
        if !is_about(wish.expected_recipients, recipients) {
            return Err(NotificationError::RecipientsChanged(recipients));
        }
        let now = self.clock.now();
        let is_approved = is_approved_for(&job, recipients);
        let asked = match wish.by {
            _ if is_approved || recipients <= ALONE => None,
            Some(user) => Some(Approval::ask(user, now)),
            None => {
                return Err(NotificationError::TwoPeopleRequired("Start it as a user: nobody knows whose a key is."));
            }
        };
        let change = |job: &mut Job| {
            if !is_approved {
                (job.expected_recipients, job.approval) = (Some(recipients), asked.clone());
            }
            job.scheduled_at = wish.at;
            match wish.at {
                Some(at) if at > now => job.state = JobState::Scheduled,
                _ if asked.is_some() => job.state = JobState::Draft,
                _ => return Ok(Some(start(job, now))),
            }
            Ok(None)
        };
        let action = match wish.at {
            _ if asked.is_some() => "notification_job.ask",
            None => "notification_job.start",
            Some(_) => "notification_job.schedule",
        };
        self.change_before_start(actor, action, &job, change).await
    }

    /// Approves a job as the second person. It starts now, or at its time if it is scheduled.
    pub async fn approve_job(
        &self,
        actor: &Actor,
        id: JobId,
        by: Option<UserId>,
        expected: &Expected,
    ) -> Result<Job, NotificationError> {
        let Some(by) = by else {
            return Err(NotificationError::TwoPeopleRequired("Approve it as a user: nobody knows whose a key is."));
        };
        let (job, brief) = self.before_start(id, expected).await?;
        let Some(approval) = job.approval.clone().filter(Approval::is_awaited) else {
            return Err(NotificationError::NothingToApprove(job.state));
        };
        if by == approval.asked_by {
            return Err(NotificationError::TwoPeopleRequired("You have asked for the start, so another approves it."));
        }
        let recipients = self.count(brief).await?;
        if !is_about(job.expected_recipients.unwrap_or_default(), recipients) {
            return Err(NotificationError::RecipientsChanged(recipients));
        }
        let now = self.clock.now();
        let change = |job: &mut Job| {
            job.approval = Some(approval.clone().given(by, now));
            Ok((job.state != JobState::Scheduled).then(|| start(job, now)))
        };
        self.change_before_start(actor, "notification_job.approve", &job, change).await
    }

    /// A job that has not started and is at an expected version.
    async fn before_start(&self, id: JobId, expected: &Expected) -> Result<(Job, Brief), NotificationError> {
        let (job, brief) = self.job(id).await?;
        if !expected.has(job.version) {
            return Err(NotificationError::PreconditionFailed);
        }
        if job.is_editable() { Ok((job, brief)) } else { Err(NotificationError::State(job.state)) }
    }

    /// Changes a job as it was read: what was counted and asked is true of this version only.
    async fn change_before_start<F>(
        &self,
        actor: &Actor,
        action: &'static str,
        read: &Job,
        change: F,
    ) -> Result<Job, NotificationError>
    where
        F: Fn(&mut Job) -> Result<Option<JobsMessage>, NotificationError>,
    {
        let job = self.progress.act(Act { actor, action, expected: &read.version.into() }, read.id, change).await?;
        if job.is_running() {
            tracing::info!(job.id = %job.id, "notification_job.started");
        }
        Ok(job)
    }
}

/// Whether a job was approved for about so many recipients.
fn is_approved_for(job: &Job, recipients: u64) -> bool {
    let is_given = job.approval.as_ref().is_some_and(Approval::is_given);
    is_given && job.expected_recipients.is_some_and(|seen| is_about(seen, recipients))
}
