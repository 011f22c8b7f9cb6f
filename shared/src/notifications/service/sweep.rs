//! Sweeps: work on all rows of a job that is not sending. Each is made so that it may be begun again at any time.

use crate::id::JobId;
use crate::notifications::chunk::Chunk;
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState, Sweep};
use crate::notifications::message::{JobsMessage, VERSION};
use crate::notifications::model::{Delivery, DeliveryState, Reason};
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::Expander;
use crate::notifications::service::delivery::row_change;
use crate::time::Time;

/// Chunks read at once.
const READ: usize = 50;

impl Expander {
    /// Goes on with a job's sweep from a chunk on, until its end or, in a new message, after `deadline`.
    pub async fn sweep(&self, id: JobId, from: u32, deadline: Time) -> Result<(), NotificationError> {
        let mut from = from;
        loop {
            let job = self.progress.job(id).await?;
            let Some(sweep) = job.sweep.filter(|sweep| allows(job.state, *sweep)) else { return Ok(()) };
            let after = from.checked_sub(1).map(|last| NotificationRepository::chunk_position(id, last));
            let page = self.repository.chunks(id, READ, after).await?;
            for chunk in &page.items {
                self.sweep_chunk(&job, sweep, chunk).await?;
            }
            from = page.items.last().map_or(from, |chunk| chunk.number + 1);
            if page.last.is_none() {
                return self.end(id, sweep).await;
            }
            if self.clock.now() >= deadline {
                let message = JobsMessage::Sweep { v: VERSION, job_id: id, from };
                return Ok(self.repository.send(&self.progress.work(&job, &message)?).await?);
            }
        }
    }

    async fn sweep_chunk(&self, job: &Job, sweep: Sweep, chunk: &Chunk) -> Result<(), NotificationError> {
        match sweep {
            Sweep::Enqueue if !chunk.is_closed() => {
                self.repository.send(&self.progress.chunk_work(chunk)?).await?;
            }
            Sweep::Retry if chunk.round < job.round => {
                let which = |delivery: &Delivery| {
                    delivery.state == DeliveryState::Failed && delivery.reason != Some(Reason::Unconfirmed)
                };
                if self.turn(job, chunk, which, &Delivery::pending(), Some(job.round)).await? {
                    let message = self.progress.chunk_work(chunk)?;
                    self.progress.settle(job.id, chunk.number, Some(&message)).await?;
                }
            }
            // Made ready by a sweep that was interrupted before it said so.
            Sweep::Retry if !chunk.is_closed() => {
                let message = self.progress.chunk_work(chunk)?;
                self.progress.settle(job.id, chunk.number, Some(&message)).await?;
            }
            Sweep::Cancel => {
                let now = self.clock.now();
                let pending = |delivery: &Delivery| delivery.state == DeliveryState::Pending;
                let cancelled = Delivery::ended(DeliveryState::Cancelled, None, 0, now);
                self.turn(job, chunk, pending, &cancelled, None).await?;
                let lapsed = |delivery: &Delivery| delivery.has_lapsed(now);
                let unknown = Delivery::ended(DeliveryState::Unknown, None, 0, now);
                self.turn(job, chunk, lapsed, &unknown, None).await?;
                self.progress.settle(job.id, chunk.number, None).await?;
            }
            Sweep::Enqueue | Sweep::Retry => {}
        }
        Ok(())
    }

    /// Turns all rows of one kind into another; whether there were any. Rows that change meanwhile are looked at again.
    async fn turn(
        &self,
        job: &Job,
        chunk: &Chunk,
        which: impl Fn(&Delivery) -> bool,
        after: &Delivery,
        round: Option<u32>,
    ) -> Result<bool, NotificationError> {
        let mut chunk = chunk.clone();
        loop {
            let positions = chunk.positions(&which);
            if positions.is_empty() {
                return Ok(false);
            }
            let changes: Vec<_> =
                positions.into_iter().map(|position| row_change(job, &chunk, position, after.clone())).collect();
            if self.repository.change_rows(job.id, chunk.number, &changes, round).await? {
                return Ok(true);
            }
            match self.repository.chunk(job.id, chunk.number).await? {
                Some(found) => chunk = found,
                None => return Ok(false),
            }
        }
    }

    /// Notes that a sweep is over, unless another has taken its place; the job may be over with it.
    async fn end(&self, id: JobId, sweep: Sweep) -> Result<(), NotificationError> {
        let clear = |job: &mut Job| {
            if job.sweep == Some(sweep) {
                job.sweep = None;
            }
            let expanding = job.state == JobState::Expanding;
            Ok(expanding.then_some(JobsMessage::Expand { v: VERSION, job_id: id }))
        };
        self.progress.change(id, clear).await?;
        self.progress.finish(id).await
    }
}

/// Whether a sweep makes sense in a state: a paused job's is begun again when the job is resumed.
const fn allows(state: JobState, sweep: Sweep) -> bool {
    match sweep {
        Sweep::Cancel => matches!(state, JobState::Cancelled),
        Sweep::Enqueue | Sweep::Retry => matches!(state, JobState::Expanding | JobState::Sending),
    }
}
