//! What has to be done as time passes, whoever asks for it or not: each domain names its tasks, and `housekeeping` runs
//! them all.

use std::fmt::Debug;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use crate::dynamo::with_deadline;
use crate::error::ApiError;

/// What must be left of the invocation for another batch of anything.
const RESERVE: Duration = Duration::from_secs(5);

/// What some work on many things came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Things that were due.
    pub due: usize,
    /// Things that were done.
    pub done: usize,
    /// Things that failed; they stay due.
    pub failed: usize,
}

impl AddAssign for Batch {
    fn add_assign(&mut self, other: Self) {
        self.due += other.due;
        self.done += other.done;
        self.failed += other.failed;
    }
}

/// How soon somebody notices that a task was not done. The first tasks get their time first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// People wait for it, such as for a seat.
    Seats,
    /// It is of no use later, such as a reminder.
    Reminders,
    /// We have promised it by a date.
    Erasures,
    /// It repairs or tidies up.
    Upkeep,
}

/// A task of a domain.
pub struct Task<'a> {
    /// What it is called in the logs.
    pub name: &'static str,
    /// What goes before what.
    pub urgency: Urgency,
    work: BoxFuture<'a, Result<Batch, ApiError>>,
}

impl<'a> Task<'a> {
    /// A task. The work begins when the task's turn comes.
    pub fn new(
        name: &'static str,
        urgency: Urgency,
        work: impl Future<Output = Result<Batch, ApiError>> + Send + 'a,
    ) -> Self {
        Self { name, urgency, work: Box::pin(work) }
    }
}

/// A domain with tasks.
pub trait ScheduledTasks: Debug + Send + Sync {
    /// What it has to do, each as far as there is time before `deadline`.
    fn tasks(&self, deadline: Instant) -> Vec<Task<'_>>;
}

/// When nothing more is to be begun.
pub fn end_of_work(deadline: Instant) -> Instant {
    deadline.checked_sub(RESERVE).unwrap_or(deadline)
}

/// Whether there is time for another batch.
pub fn has_time(deadline: Instant) -> bool {
    Instant::now() <= end_of_work(deadline)
}

/// Does batches of up to `limit` things until nothing is due, or the time before `deadline` is over.
pub async fn until<E, F: Future<Output = Result<Batch, E>>>(
    deadline: Instant,
    limit: usize,
    mut batch: impl FnMut(usize) -> F,
) -> Result<Batch, E> {
    let mut total = Batch::default();
    loop {
        let one = batch(limit).await?;
        total += one;
        // What failed is due again: a batch of which nothing was done would come back as it was.
        if one.due < limit || one.done == 0 || !has_time(deadline) {
            return Ok(total);
        }
    }
}

/// Runs all tasks, the most urgent first. A task that fails does not keep the others; the answer names those that did.
pub async fn run(domains: &[Box<dyn ScheduledTasks>], deadline: Instant) -> Result<(), String> {
    let mut tasks: Vec<Task<'_>> = domains.iter().flat_map(|domain| domain.tasks(deadline)).collect();
    // Stable: the tasks of a domain stay in its order.
    tasks.sort_by_key(|task| task.urgency);
    let mut failures = Vec::new();
    for Task { name, work, .. } in tasks {
        match with_deadline(deadline, work).await {
            Ok(Batch { done, failed, .. }) => {
                tracing::info!(task = name, done, failed, "housekeeping.finished");
                if failed > 0 {
                    failures.push(format!("{failed} {name} failed"));
                }
            }
            Err(error) => {
                tracing::error!(task = name, error = %error, "housekeeping.failed");
                failures.push(format!("{name}: {error}"));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join(", ")) }
}
