//! What has to be done as time passes, whoever asks for it or not: each domain names its tasks, and `housekeeping` runs
//! them all. Each task has a share of the time, so that none keeps the others from theirs.

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

/// How soon somebody notices that a task was not done. The first tasks begin first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// People wait for it, such as for a seat.
    Seats,
    /// We have promised it by a date.
    Erasures,
    /// It repairs or tidies up.
    Upkeep,
}

/// What a task does. It is told when it is to begin nothing more.
type Work<'a> = Box<dyn FnOnce(Instant) -> BoxFuture<'a, Result<Batch, ApiError>> + Send + 'a>;

/// A task of a domain.
pub struct Task<'a> {
    /// What it is called in the logs.
    pub name: &'static str,
    /// What goes before what.
    pub urgency: Urgency,
    work: Work<'a>,
}

impl<'a> Task<'a> {
    /// A task. Its work is made when its turn comes, from the time at which it is to begin nothing more.
    pub fn new<F>(name: &'static str, urgency: Urgency, work: impl FnOnce(Instant) -> F + Send + 'a) -> Self
    where
        F: Future<Output = Result<Batch, ApiError>> + Send + 'a,
    {
        Self { name, urgency, work: Box::new(|end| Box::pin(work(end))) }
    }
}

/// A domain with tasks.
pub trait ScheduledTasks: Debug + Send + Sync {
    /// What it has to do, each as far as there is time.
    fn tasks(&self) -> Vec<Task<'_>>;
}

/// When nothing more is to be begun in an invocation that ends at `deadline`.
pub fn end_of_work(deadline: Instant) -> Instant {
    deadline.checked_sub(RESERVE).unwrap_or(deadline)
}

/// Whether there is time for another batch.
pub fn has_time(end: Instant) -> bool {
    Instant::now() <= end
}

/// The end of an equal share of the time from `now` to `end`, for the first of so many.
fn share(now: Instant, end: Instant, of: usize) -> Instant {
    now + end.saturating_duration_since(now) / u32::try_from(of.max(1)).unwrap_or(u32::MAX)
}

/// Does batches of up to `limit` things until nothing is due, or there is no time for another batch.
pub async fn until<E, F: Future<Output = Result<Batch, E>>>(
    end: Instant,
    limit: usize,
    mut batch: impl FnMut(usize) -> F,
) -> Result<Batch, E> {
    let mut total = Batch::default();
    loop {
        let one = batch(limit).await?;
        total += one;
        // What failed is due again: a batch of which nothing was done would come back as it was.
        if one.due < limit || one.done == 0 || !has_time(end) {
            return Ok(total);
        }
    }
}

/// Runs the tasks of all domains. The answer names those that failed.
pub async fn run(domains: &[Box<dyn ScheduledTasks>], deadline: Instant) -> Result<(), String> {
    run_all(domains.iter().flat_map(|domain| domain.tasks()).collect(), deadline).await
}

/// Runs the tasks, the most urgent first. Each has an equal share of the time that is left when its turn comes, so one
/// that ends early leaves its rest to the others. A task that fails does not keep the others.
async fn run_all(mut tasks: Vec<Task<'_>>, deadline: Instant) -> Result<(), String> {
    // Stable: the tasks of a domain stay in its order.
    tasks.sort_by_key(|task| task.urgency);
    let (mut left, mut failures) = (tasks.len(), Vec::new());
    for Task { name, work, .. } in tasks {
        let end = share(Instant::now(), end_of_work(deadline), left);
        left -= 1;
        match with_deadline(deadline, work(end)).await {
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::dynamo;

    /// Long enough that what a test itself takes is nothing.
    const TIME: Duration = Duration::from_secs(6_000);

    type Does = fn() -> Result<Batch, ApiError>;

    /// Runs tasks until `deadline`. Answers what failed, and until when each task could work.
    async fn ran(
        tasks: &[(&'static str, Urgency, Does)],
        deadline: Instant,
    ) -> (Result<(), String>, Vec<(&'static str, Instant)>) {
        let ends = Mutex::new(Vec::new());
        let task = |&(name, urgency, does): &(&'static str, Urgency, Does)| {
            let ends = &ends;
            Task::new(name, urgency, move |end| async move {
                ends.lock().unwrap().push((name, end));
                does()
            })
        };
        let result = run_all(tasks.iter().map(task).collect(), deadline).await;
        (result, ends.into_inner().unwrap())
    }

    fn works() -> Result<Batch, ApiError> {
        Ok(Batch { due: 1, done: 1, failed: 0 })
    }

    fn fails() -> Result<Batch, ApiError> {
        Err(dynamo::Error::ConditionFailed.into())
    }

    fn fails_in_part() -> Result<Batch, ApiError> {
        Ok(Batch { due: 3, done: 1, failed: 2 })
    }

    #[test]
    fn task_that_uses_all_its_time_leaves_the_others_theirs() {
        let (mut now, begin) = (Instant::now(), Instant::now());
        let end = begin + TIME;
        for left in (1..=5).rev() {
            let given = share(now, end, left);
            let fifth = given.duration_since(now).as_secs_f64() / TIME.as_secs_f64();
            assert!((fifth - 0.2).abs() < 1e-6, "{left}: {fifth}");
            now = given;
        }
        assert_eq!(share(end + TIME, end, 3), end + TIME, "time that is over is none");
    }

    #[tokio::test]
    async fn task_that_never_runs_out_of_work_ends_with_its_time() {
        let batches = AtomicUsize::new(0);
        let endless = async |limit| {
            batches.fetch_add(1, Ordering::SeqCst);
            Ok::<_, ApiError>(Batch { due: limit, done: limit, failed: 0 })
        };
        let total = until(Instant::now() - RESERVE, 7, endless).await.unwrap();
        assert_eq!((total.done, batches.into_inner()), (7, 1), "a batch, as somebody is to get on at all");
    }

    #[tokio::test]
    async fn task_that_ends_early_leaves_its_rest() {
        let tasks =
            [("a", Urgency::Upkeep, works as Does), ("b", Urgency::Seats, works), ("c", Urgency::Upkeep, works)];
        let (begin, end) = (Instant::now(), Instant::now() + TIME);
        let (result, ends) = ran(&tasks, end + RESERVE).await;
        let took = begin.elapsed();
        assert_eq!((result, ends.iter().map(|(name, _)| *name).collect::<Vec<_>>()), (Ok(()), vec!["b", "a", "c"]));
        for (&(name, given), part) in ends.iter().zip([3, 2, 1]) {
            let least = begin + TIME / part;
            assert!((least..=least + took).contains(&given), "{name} has a share of all that is left");
        }
        assert_eq!(ends[2].1, end, "the last has all of it");
    }

    #[tokio::test]
    async fn tasks_that_fail_do_not_keep_the_others() {
        let tasks =
            [("a", Urgency::Seats, fails as Does), ("b", Urgency::Seats, fails_in_part), ("c", Urgency::Seats, works)];
        let (result, ends) = ran(&tasks, Instant::now() + TIME).await;
        let failures = result.unwrap_err();
        assert!(failures.starts_with("a: ") && failures.ends_with(", 2 b failed"), "{failures}");
        assert_eq!(ends.len(), 3);
    }
}
