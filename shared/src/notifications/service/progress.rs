//! How jobs get on: every change of a job, by whomever, is made here, at the job's version.

use std::time::Duration;

use crate::dynamo::{OutboxMessage, Topic, backoff};
use crate::id::JobId;
use crate::notifications::chunk::{Chunk, Tally};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState};
use crate::notifications::messages::{BulkMessage, JobsMessage, VERSION};
use crate::notifications::repository::NotificationRepository;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::{Clock, Time};

/// Tries to store a change that loses to other changes of the same job. Workers settle many chunks of a job at once, and of those
/// that meet one gets through each time.
const TRIES: u32 = 30;
/// Bounds of the wait between two of them: short, as a change is stored within milliseconds.
const WAIT: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));
/// Chunks read at once when a job is looked through: some 2 KB each, and a request reads 1 MB at most.
const CHUNKS: usize = 100;

/// Changes jobs.
#[derive(Clone, Debug)]
pub struct Progress {
    repository: NotificationRepository,
    clock: Clock,
    random: Random,
}

impl Progress {
    /// Of this repository.
    pub fn new(platform: &Platform) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: NotificationRepository::new(platform), clock, random }
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    /// A job.
    pub async fn job(&self, id: JobId) -> Result<Job, NotificationError> {
        self.repository.job(id).await?.ok_or(NotificationError::NotFound("job"))
    }

    /// Changes a job: reads it, applies `change`, and stores it with the message that it sets off. A change that loses to another
    /// is applied to the newer job.
    pub async fn change<F>(&self, id: JobId, change: F) -> Result<Job, NotificationError>
    where
        F: Fn(&mut Job) -> Result<Option<JobsMessage>, NotificationError>,
    {
        let mut tries = 0;
        loop {
            let mut job = self.job(id).await?;
            let message = change(&mut job)?;
            job.stamp(self.clock.now());
            let message = message.map(|message| self.work(&job, &message)).transpose()?;
            match self.repository.save_job(&job, None, message.as_ref()).await {
                Ok(()) => return Ok(job),
                Err(error) => self.lost(error, &mut tries).await?,
            }
        }
    }

    /// Waits a little after a lost race; an error when there were too many, or when it was something else.
    pub(super) async fn lost(&self, error: NotificationError, tries: &mut u32) -> Result<(), NotificationError> {
        *tries += 1;
        if !matches!(error, NotificationError::VersionConflict) || *tries >= TRIES {
            return Err(error);
        }
        let pause = backoff(&self.random, WAIT.0, WAIT.1, *tries);
        self.clock.sleep_until(self.clock.now().plus(pause)).await;
        Ok(())
    }

    /// Takes what became of a chunk's rows over into the job, and puts `message` into the outbox with it. The job as it is then;
    /// `None` where there is no such chunk.
    pub async fn settle(
        &self,
        id: JobId,
        number: u32,
        message: Option<&OutboxMessage>,
    ) -> Result<Option<Job>, NotificationError> {
        let mut tries = 0;
        loop {
            let Some(mut chunk) = self.repository.chunk(id, number).await? else { return Ok(None) };
            let mut job = self.job(id).await?;
            let (before, after) = (chunk.counted, Tally::of(&chunk.rows));
            if before == after {
                if let Some(message) = message {
                    self.repository.send(message).await?;
                }
                return Ok(Some(job));
            }
            let was_running = job.is_running();
            job.count(&before, &after);
            job.stamp(self.clock.now());
            chunk.counted = after;
            chunk.settled += 1;
            match self.repository.settle(&chunk, &job, message).await {
                Ok(()) => {
                    if was_running && !job.is_running() {
                        tracing::error!(job.id = %id, "notification_job.paused_by_failures");
                    }
                    return Ok(Some(job));
                }
                Err(error) => self.lost(error, &mut tries).await?,
            }
        }
    }

    /// Ends a job of which nobody is left to be told. The counts are made from the rows.
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
        match self.repository.save_job(&job, None, None).await {
            Ok(()) => tracing::info!(job.id = %id, state = %job.state, sent = counts.sent, "notification_job.finished"),
            // Whoever was faster ended it, or changed it so that it has not ended.
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

    /// The message that has a worker go on with a job.
    pub(super) fn work(&self, job: &Job, message: &JobsMessage) -> Result<OutboxMessage, NotificationError> {
        let key = format!("job:{}:{}", job.id, job.version);
        Ok(OutboxMessage::new(Topic::NotificationJobs, key, message, self.clock.now(), &self.random)?)
    }

    /// The message that has a chunk worked on.
    pub(super) fn chunk_work(&self, chunk: &Chunk) -> Result<OutboxMessage, NotificationError> {
        let message = BulkMessage::Chunk { v: VERSION, job_id: chunk.job_id, number: chunk.number };
        let key = format!("chunk:{}:{}:{}", chunk.job_id, chunk.number, chunk.settled);
        Ok(OutboxMessage::new(Topic::NotificationBulk, key, &message, self.clock.now(), &self.random)?)
    }
}
