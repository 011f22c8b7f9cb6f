//! Changes of jobs: every change of a job is made here, on the condition of the job's version.

use serde::Serialize;

use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::dynamo::{Contention, OutboxMessage, Topic};
use crate::expected::Expected;
use crate::notifications::chunk::{Chunk, Tally};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState};
use crate::notifications::messages::{DeliveryMessage, JobsMessage, VERSION};
use crate::notifications::model::JobId;
use crate::notifications::repository::{Along, NotificationRepository};
use crate::notifications::view::JobView;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::{Clock, Time};

/// Chunks read in one request: about 2 KB each, and DynamoDB reads 1 MB at most.
const CHUNKS: usize = 100;

/// Fields whose values the audit shows. Texts may name people, and audiences may list them.
const SHOWN: [&str; 9] = [
    "announce",
    "category",
    "critical",
    "expected_recipients",
    "paused_by",
    "paused_until",
    "scheduled_at",
    "state",
    "template",
];

/// What a principal does to a job, and to which versions of it.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Who does it.
    pub actor: &'a Actor,
    /// Its name in the audit.
    pub action: &'static str,
    /// The versions to which it applies.
    pub expected: &'a Expected,
}

/// A new message for a chunk.
#[derive(Clone, Copy, Debug)]
pub struct Again {
    /// Only if this is still the chunk's newest one.
    pub message_number: Option<u64>,
    /// When it is to come.
    pub at: Time,
}

/// Changes jobs.
#[derive(Clone, Debug)]
pub struct Progress {
    repository: NotificationRepository,
    clock: Clock,
    random: Random,
}

impl Progress {
    /// On this platform.
    pub fn new(platform: &Platform) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: NotificationRepository::new(platform), clock, random }
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    /// A job; [`NotificationError::NotFound`] if there is none.
    pub async fn job(&self, id: JobId) -> Result<Job, NotificationError> {
        self.repository.job(id).await?.ok_or(NotificationError::NotFound("job"))
    }

    /// Changes a job: reads it, applies `change`, and stores it with the message that it returns. A change that loses
    /// to another is applied to the newer job.
    pub async fn change<F>(&self, id: JobId, change: F) -> Result<Job, NotificationError>
    where
        F: Fn(&mut Job) -> Result<Option<JobsMessage>, NotificationError>,
    {
        self.change_by(None, id, change).await
    }

    /// The same for a principal: the audit has it, and the job is at an expected version.
    pub async fn act<F>(&self, act: Act<'_>, id: JobId, change: F) -> Result<Job, NotificationError>
    where
        F: Fn(&mut Job) -> Result<Option<JobsMessage>, NotificationError>,
    {
        self.change_by(Some(act), id, change).await
    }

    async fn change_by<F>(&self, act: Option<Act<'_>>, id: JobId, change: F) -> Result<Job, NotificationError>
    where
        F: Fn(&mut Job) -> Result<Option<JobsMessage>, NotificationError>,
    {
        let mut contention = self.contention();
        loop {
            let before = self.job(id).await?;
            if act.is_some_and(|act| !act.expected.has(before.version)) {
                return Err(NotificationError::PreconditionFailed);
            }
            let mut job = before.clone();
            let message = change(&mut job)?;
            job.stamp(self.clock.now());
            let message = message.map(|message| self.work(&job, &message)).transpose()?;
            let entry = act.map(|Act { actor, action, .. }| {
                let [old, new] = [before, job.clone()].map(JobView::from);
                self.entry(actor, action, path(id), Some(&old), Some(&new))
            });
            let along = Along { brief: None, message: message.as_ref(), entry: entry.as_ref() };
            match self.repository.save_job(&job, along).await {
                Ok(()) => return Ok(job),
                Err(NotificationError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The audit's entry of what `actor` does to an object.
    pub(super) fn entry<T: Serialize>(
        &self,
        actor: &Actor,
        action: &str,
        object: String,
        old: Option<&T>,
        new: Option<&T>,
    ) -> AuditEntry {
        let changes = Changes::between(old, new, &SHOWN);
        AuditEntry::new(actor, action, object, changes, self.clock.now(), &self.random)
    }

    /// The tries of a change. Workers settle many chunks of a job at once, and one of them wins each time.
    pub(super) const fn contention(&self) -> Contention<'_> {
        Contention::new(&self.random)
    }

    /// Adds the changes of a chunk's rows to the job's counts, and has a new message send the rest. Returns the changed
    /// job; `None` if the chunk does not exist.
    pub async fn settle(&self, id: JobId, number: u32, again: Option<Again>) -> Result<Option<Job>, NotificationError> {
        let mut contention = self.contention();
        loop {
            let Some(mut chunk) = self.repository.chunk(id, number).await? else { return Ok(None) };
            let mut job = self.job(id).await?;
            let (before, after) = (chunk.counted, Tally::of(&chunk.rows));
            let message = self.again(&job, &mut chunk, again)?;
            if before == after {
                match message {
                    Some(message) if !self.repository.call(&chunk, &message).await? => {}
                    _ => return Ok(Some(job)),
                }
            } else {
                let was_running = job.is_running();
                job.count(&before, &after);
                job.stamp(self.clock.now());
                chunk.counted = after;
                chunk.settled += 1;
                match self.repository.settle(&chunk, &job, message.as_ref()).await {
                    Ok(()) => {
                        if was_running && !job.is_running() {
                            tracing::error!(job.id = %id, "notification_job.paused_by_failures");
                        }
                        return Ok(Some(job));
                    }
                    Err(NotificationError::VersionConflict) => {}
                    Err(error) => return Err(error),
                }
            }
            if !contention.wait().await {
                return Err(NotificationError::VersionConflict);
            }
        }
    }

    /// Has a worker send a chunk, unless one was told to since the chunk was read.
    pub(super) async fn enqueue(&self, job: &Job, chunk: &Chunk) -> Result<(), NotificationError> {
        let mut chunk = chunk.clone();
        let now = Again { message_number: None, at: self.clock.now() };
        if let Some(message) = self.again(job, &mut chunk, Some(now))? {
            self.repository.call(&chunk, &message).await?;
        }
        Ok(())
    }

    /// The next message of a chunk; `None` if another worker has made one.
    fn again(
        &self,
        job: &Job,
        chunk: &mut Chunk,
        again: Option<Again>,
    ) -> Result<Option<OutboxMessage>, NotificationError> {
        let is_newest = |again: &Again| again.message_number.is_none_or(|number| number == chunk.message_number);
        let Some(again) = again.filter(is_newest) else { return Ok(None) };
        chunk.message_number += 1;
        Ok(Some(self.chunk_work(job, chunk)?.delayed(self.clock.now().until(again.at))))
    }

    /// Ends a job that has no recipients left. The final counts come from the rows.
    pub async fn finish(&self, id: JobId) -> Result<(), NotificationError> {
        let job = self.job(id).await?;
        let may_end = matches!(job.state, JobState::Sending | JobState::Cancelled);
        if !may_end || !job.is_open() || !job.is_drained() {
            return Ok(());
        }
        self.settle_all(&job).await?;
        let counts = self.repository.tally(id).await?;
        let mut job = self.job(id).await?;
        if !job.is_open() || !job.is_drained() || counts.pending + counts.leased > 0 {
            return Ok(());
        }
        if job.counts != counts {
            tracing::error!(job.id = %id, "notification_job.counts_corrected");
            job.counts = counts;
        }
        job.finish(self.clock.now());
        job.stamp(self.clock.now());
        match self.repository.save_job(&job, Along::default()).await {
            Ok(()) => tracing::info!(job.id = %id, state = %job.state, sent = counts.sent, "notification_job.finished"),
            // Another worker ended it, or an organiser changed it so that it has not ended.
            Err(NotificationError::VersionConflict) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Settles the chunks that an interrupted worker left unsettled.
    async fn settle_all(&self, job: &Job) -> Result<(), NotificationError> {
        let mut after = None;
        loop {
            let page = self.repository.chunks(job.id, CHUNKS, after).await?;
            for chunk in page.items.iter().filter(|chunk| !chunk.is_counted()) {
                self.settle(job.id, chunk.number, None).await?;
            }
            if page.last.is_none() {
                return Ok(());
            }
            after = page.last;
        }
    }

    /// The message that makes a worker continue a job.
    pub(super) fn work(&self, job: &Job, message: &JobsMessage) -> Result<OutboxMessage, NotificationError> {
        let key = format!("job:{}:{}", job.id, job.version);
        Ok(OutboxMessage::new(Topic::NotificationJobs, key, message, self.clock.now(), &self.random)?)
    }

    /// The message that makes a worker send a chunk.
    pub(super) fn chunk_work(&self, job: &Job, chunk: &Chunk) -> Result<OutboxMessage, NotificationError> {
        let Chunk { job_id, number, message_number, .. } = *chunk;
        let message = DeliveryMessage::Chunk { v: VERSION, job_id, number, message_number };
        let key = format!("chunk:{job_id}:{number}:{message_number}");
        Ok(OutboxMessage::new(job.lane.topic(), key, &message, self.clock.now(), &self.random)?)
    }
}

/// A job's path, for the audit.
pub(super) fn path(id: JobId) -> String {
    format!("notifications/jobs/{id}")
}
