//! How people start a job: they say how many recipients they expect, and two of them agree where these are many. Also
//! how they resume one, as its recipients may have become too many.

use super::NotificationService;
use super::actions::{resume, start};
use super::limit::{allowed, listed};
use super::progress::Act;
use crate::audit::model::Actor;
use crate::expected::Expected;
use crate::id::UserId;
use crate::notifications::approval::{ALONE, Approval, is_about};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Brief, Job, JobState, PausedBy};
use crate::notifications::messages::JobsMessage;
use crate::notifications::model::JobId;
use crate::time::Time;

/// The name of a question for an approval in the audit.
const ASK: &str = "notification_job.ask";

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
        let (job, brief) = self.job_at(id, expected).await?;
        if !job.is_editable() {
            return Err(NotificationError::State(job.state));
        }
        let announce = brief.announce;
        let recipients = self.total(&job, brief).await?;
        if !is_about(wish.expected_recipients, recipients) {
            return Err(NotificationError::RecipientsChanged(recipients));
        }
        let now = self.clock.now();
        let is_approved = is_approved_for(&job, wish.at, recipients);
        let needs_two = !is_approved && (announce || recipients > ALONE);
        let asked = if needs_two { Some(ask(wish.by, now)?) } else { None };
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
            _ if asked.is_some() => ASK,
            None => "notification_job.start",
            Some(_) => "notification_job.schedule",
        };
        self.change_as_read(actor, action, &job, change).await
    }

    /// Approves a job as the second person. It starts now, or at its time if it is scheduled. One that was paused goes
    /// on.
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
        let (job, brief) = self.job_at(id, expected).await?;
        if !job.is_editable() && job.state != JobState::Paused {
            return Err(NotificationError::State(job.state));
        }
        let Some(approval) = job.approval.clone().filter(Approval::is_awaited) else {
            return Err(NotificationError::NothingToApprove(job.state));
        };
        if by == approval.asked_by {
            return Err(NotificationError::TwoPeopleRequired("You have asked for the start, so another approves it."));
        }
        let recipients = self.total(&job, brief).await?;
        if !is_about(job.expected_recipients.unwrap_or_default(), recipients) {
            return Err(NotificationError::RecipientsChanged(recipients));
        }
        let now = self.clock.now();
        let change = |job: &mut Job| {
            job.approval = Some(approval.clone().given(by, now));
            Ok(match job.state {
                JobState::Scheduled => None,
                JobState::Paused => Some(resume(job)),
                _ => Some(start(job, now)),
            })
        };
        self.change_as_read(actor, "notification_job.approve", &job, change).await
    }

    /// Resumes a paused job where it stopped. If it was paused for its recipients, they are counted again, and if they
    /// are still too many, it only asks a second person for the approval of their number.
    pub async fn resume_job(
        &self,
        actor: &Actor,
        id: JobId,
        by: Option<UserId>,
        expected: &Expected,
    ) -> Result<Job, NotificationError> {
        let (job, brief) = self.job_at(id, expected).await?;
        if job.state != JobState::Paused {
            return Err(NotificationError::State(job.state));
        }
        let has_grown = job.paused_by == Some(PausedBy::Recipients);
        let total = if has_grown { Some(self.total(&job, brief).await?) } else { None };
        let needs_two = total.zip(allowed(&job)).is_some_and(|(total, allowed)| total > allowed);
        let asked = if needs_two { Some(ask(by, self.clock.now())?) } else { None };
        let change = |job: &mut Job| {
            if asked.is_some() {
                (job.expected_recipients, job.approval) = (total, asked.clone());
                return Ok(None);
            }
            // Those who were too many are gone again.
            if job.approval.take_if(|approval| approval.is_awaited()).is_some() {
                job.expected_recipients = total;
            }
            Ok(Some(resume(job)))
        };
        let action = if needs_two { ASK } else { "notification_job.resume" };
        self.change_as_read(actor, action, &job, change).await
    }

    /// A job at an expected version.
    async fn job_at(&self, id: JobId, expected: &Expected) -> Result<(Job, Brief), NotificationError> {
        let (job, brief) = self.job(id).await?;
        if expected.has(job.version) { Ok((job, brief)) } else { Err(NotificationError::PreconditionFailed) }
    }

    /// The users that a job will have gone to: those who are listed, and those who are left of its audience.
    async fn total(&self, job: &Job, brief: Brief) -> Result<u64, NotificationError> {
        let left = self.count(brief, job.place.unwrap_or_default()).await?;
        Ok(listed(job).saturating_add(left))
    }

    /// Changes a job as it was read: what was counted and asked is true of this version only.
    async fn change_as_read<F>(
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
        if read.is_editable() && job.is_running() {
            tracing::info!(job.id = %job.id, "notification_job.started");
        }
        Ok(job)
    }
}

/// The question for an approval: only users can ask.
fn ask(by: Option<UserId>, now: Time) -> Result<Approval, NotificationError> {
    let by = by.ok_or(NotificationError::TwoPeopleRequired("Start it as a user: nobody knows whose a key is."))?;
    Ok(Approval::ask(by, now))
}

/// Whether a job was approved for this time and about so many recipients.
fn is_approved_for(job: &Job, at: Option<Time>, recipients: u64) -> bool {
    let is_given = job.approval.as_ref().is_some_and(Approval::is_given);
    let is_same_time = at.is_some() && job.scheduled_at == at;
    is_given && is_same_time && job.expected_recipients.is_some_and(|seen| is_about(seen, recipients))
}
