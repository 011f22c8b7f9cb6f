//! Sweeps: a step over all chunks of a job. The job stores the sweep's position, so another worker can continue it. A
//! step on one chunk may happen twice.

use crate::notifications::chunk::Chunk;
use crate::notifications::errand::{Errand, Sweep};
use crate::notifications::error::NotificationError;
use crate::notifications::job::{Job, JobState};
use crate::notifications::messages::{JobsMessage, VERSION};
use crate::notifications::model::{Delivery, DeliveryState, JobId, Reason};
use crate::notifications::repository::{NotificationRepository, RowChange};
use crate::notifications::service::Expander;
use crate::notifications::service::progress::Again;
use crate::time::Time;

/// Chunks after which the sweep's position is stored: an interrupted sweep repeats at most so many.
const STRETCH: usize = 50;

impl Expander {
    /// Continues a job's sweep. What is left at `deadline` goes into a new message. It also ends if another worker is
    /// ahead, or if another sweep has begun: their messages continue.
    pub async fn sweep(&self, id: JobId, deadline: Time) -> Result<(), NotificationError> {
        let mut job = self.progress.job(id).await?;
        while let Some(sweep) = job.sweep.filter(|sweep| suits(job.state, sweep.errand)) {
            let after = sweep.next.checked_sub(1).map(|last| NotificationRepository::chunk_position(id, last));
            let page = self.repository.chunks(id, STRETCH, after).await?;
            for chunk in &page.items {
                self.visit(&job, sweep.errand, chunk).await?;
            }
            let last = page.items.last().filter(|_| page.last.is_some());
            let next = last.map(|last| Sweep { next: last.number + 1, ..sweep });
            let late = self.clock.now() >= deadline;
            job = self.advance(id, sweep, next, late).await?;
            if next.is_none() {
                return self.progress.finish(id).await;
            }
            if late {
                break;
            }
        }
        Ok(())
    }

    async fn visit(&self, job: &Job, errand: Errand, chunk: &Chunk) -> Result<(), NotificationError> {
        let now = Again { message_number: None, at: self.clock.now() };
        match errand {
            Errand::Enqueue if !chunk.is_done() => self.progress.enqueue(job, chunk).await?,
            Errand::Retry if chunk.round < job.round => {
                let which = |delivery: &Delivery| {
                    delivery.state == DeliveryState::Failed && delivery.reason != Some(Reason::Unconfirmed)
                };
                if self.turn(job, chunk, which, &Delivery::pending(), Some(job.round)).await? {
                    self.progress.settle(job.id, chunk.number, Some(now)).await?;
                }
            }
            // A sweep reset the rows and crashed before it published the message.
            Errand::Retry if !chunk.is_done() => {
                self.progress.settle(job.id, chunk.number, Some(now)).await?;
            }
            Errand::Cancel => {
                let now = now.at;
                let pending = |delivery: &Delivery| delivery.state == DeliveryState::Pending;
                self.turn(job, chunk, pending, &job.cancelled(now), None).await?;
                let lapsed = |delivery: &Delivery| delivery.has_lapsed(now);
                let unknown = Delivery::ended(DeliveryState::Unknown, None, 0, now);
                self.turn(job, chunk, lapsed, &unknown, None).await?;
                self.progress.settle(job.id, chunk.number, None).await?;
            }
            Errand::Enqueue | Errand::Retry => {}
        }
        Ok(())
    }

    /// Changes all matching rows to `after`. Returns whether there were any. If rows change in the meantime, they are
    /// read again.
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
            let changes = RowChange::all(job, &chunk, &positions, after);
            if self.repository.change_rows(job.id, chunk.number, &changes, round).await? {
                return Ok(true);
            }
            match self.repository.chunk(job.id, chunk.number).await? {
                Some(found) => chunk = found,
                None => return Ok(false),
            }
        }
    }

    /// Stores a sweep's position, `None` at its end, and the message that continues the job: a late sweep hands over,
    /// and an expansion may have lost its message. [`NotificationError::State`] if the sweep is not at `from` any more.
    async fn advance(&self, id: JobId, from: Sweep, to: Option<Sweep>, late: bool) -> Result<Job, NotificationError> {
        let note = |job: &mut Job| {
            if job.sweep != Some(from) {
                return Err(NotificationError::State(job.state));
            }
            job.sweep = to;
            Ok(match to {
                Some(_) => late.then_some(JobsMessage::Sweep { v: VERSION, job_id: id }),
                None => (job.state == JobState::Expanding).then_some(JobsMessage::Expand { v: VERSION, job_id: id }),
            })
        };
        self.progress.change(id, note).await
    }
}

/// Whether an errand is possible in a state. A paused job's sweep begins again when the job is resumed.
const fn suits(state: JobState, errand: Errand) -> bool {
    match errand {
        Errand::Cancel => matches!(state, JobState::Cancelled),
        Errand::Enqueue | Errand::Retry => matches!(state, JobState::Expanding | JobState::Sending),
    }
}
