//! The end of an invocation: nothing that it has begun goes out after it.
//!
//! Lambda freezes an instance between its events, and its host may freeze it at any time. What goes on when it thaws
//! was right before: now a lease is over, an heir has done the work, and a user has read the result. So a call looks at
//! the deadline each time before it goes on. Leases are longer than invocations, so whoever may still write has its
//! lease.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use thiserror::Error;

use crate::time::{Clock, Time};

/// The time of an invocation to which nobody gave an end, as in tests: as long as the gateway waits.
pub const DEFAULT: Duration = Duration::from_secs(30);
/// Ends before this, in milliseconds since 1970, are none: `cargo lambda watch` says ten minutes after 1970.
const NO_END: u64 = 24 * 3600 * 1000;

tokio::task_local! {
    static DEADLINE: Deadline;
}

/// When some work is over, by two clocks: one of them may stand still while an instance is frozen.
#[derive(Clone, Debug)]
pub struct Deadline {
    instant: Instant,
    time: Time,
    clock: Clock,
}

impl Deadline {
    /// So much later than now, where `clock` has the time.
    pub fn after(left: Duration, clock: &Clock) -> Self {
        Self { instant: Instant::now() + left, time: clock.now().plus(left), clock: clock.clone() }
    }

    /// The time until then, by the clock that is nearer to it.
    pub fn left(&self) -> Duration {
        self.instant.saturating_duration_since(Instant::now()).min(self.clock.now().until(self.time))
    }
}

impl From<Instant> for Deadline {
    fn from(instant: Instant) -> Self {
        Self::after(instant.saturating_duration_since(Instant::now()), &Clock::System)
    }
}

/// The time that an invocation has left until its end, in milliseconds since 1970.
pub fn left_until(end: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    if end < NO_END { DEFAULT } else { Duration::from_millis(end).saturating_sub(now) }
}

/// The time is over.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the invocation is over")]
pub struct Over;

/// Does some work, in which no call goes out and no retry is begun after the deadline. An earlier one stays.
pub async fn with_deadline<F: Future>(deadline: impl Into<Deadline>, work: F) -> F::Output {
    let deadline = deadline.into();
    let earlier = DEADLINE.try_with(Clone::clone).ok().filter(|outer| outer.left() < deadline.left());
    DEADLINE.scope(earlier.unwrap_or(deadline), work).await
}

/// The same work for another task, under the deadline of this one.
pub fn same_deadline<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let deadline = DEADLINE.try_with(Clone::clone).ok();
    async move {
        match deadline {
            Some(deadline) => with_deadline(deadline, work).await,
            None => work.await,
        }
    }
}

/// The time that this work has left; `None` where it has no deadline.
pub fn left() -> Option<Duration> {
    DEADLINE.try_with(Deadline::left).ok()
}

/// Does a call to the outside. After the deadline it does not begin. Where it had begun before, it does not go on, so it
/// may have been done or not.
pub async fn in_time<F: Future>(call: F) -> Result<F::Output, Over> {
    let mut call = pin!(call);
    let poll = |context: &mut Context<'_>| match left() {
        Some(Duration::ZERO) => Poll::Ready(Err(Over)),
        _ => call.as_mut().poll(context).map(Ok),
    };
    poll_fn(poll).await
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;
    use crate::{dynamo, tasks};

    const MINUTE: Duration = Duration::from_secs(60);

    fn clock() -> Clock {
        Clock::manual(Time::MIN)
    }

    #[test]
    fn invocation_without_an_end_has_some_time() {
        let now = u64::try_from(Clock::System.now().millis()).unwrap();
        assert_eq!([0, 600_000].map(left_until), [DEFAULT; 2], "none, and that of `cargo lambda watch`");
        assert_eq!(left_until(now - 1), Duration::ZERO);
        assert!((MINUTE - Duration::from_secs(5)..=MINUTE).contains(&left_until(now + 60_000)));
    }

    #[tokio::test]
    async fn call_begins_only_before_the_deadline_by_either_clock() {
        let clock = clock();
        assert_eq!(in_time(ready(1)).await, Ok(1), "there is none");
        assert_eq!(with_deadline(Instant::now(), in_time(ready(1))).await, Err(Over));
        let work = async {
            let first = in_time(ready(1)).await;
            clock.advance(60);
            (first, in_time(ready(2)).await, left())
        };
        let done = with_deadline(Deadline::after(MINUTE, &clock), work).await;
        assert_eq!(done, (Ok(1), Err(Over), Some(Duration::ZERO)));
    }

    #[tokio::test]
    async fn call_that_had_begun_does_not_go_on_after_the_deadline() {
        let clock = clock();
        let call = in_time(async {
            // It was frozen here.
            clock.advance(60);
            tokio::task::yield_now().await;
            panic!("it goes on");
        });
        assert_eq!(with_deadline(Deadline::after(MINUTE, &clock), call).await, Err::<(), _>(Over));
    }

    #[tokio::test]
    async fn deadline_is_the_earlier_of_two_and_that_of_tasks() {
        let (soon, late) = (Deadline::after(MINUTE, &clock()), Deadline::after(MINUTE * 2, &clock()));
        let inner = async |outer: &Deadline, inner: &Deadline| {
            with_deadline(outer.clone(), with_deadline(inner.clone(), async { left() })).await
        };
        assert!(inner(&soon, &late).await <= Some(MINUTE));
        assert!(inner(&late, &soon).await <= Some(MINUTE));
        let task = tasks::all([async { Ok::<_, dynamo::Error>(left()) }]);
        assert!(with_deadline(soon, task).await.unwrap()[0].is_some());
    }
}
