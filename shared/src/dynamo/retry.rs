//! How long to wait before trying again, and when not to: full jitter, bounded by the request's remaining time.
//!
//! The SDK retries throttling and network faults by itself; what it does not retry is a transaction cancelled because
//! of a conflict, and what a batch left unprocessed.

use std::time::Duration;

use crate::deadline;
use crate::random::Random;

/// First upper bound of a wait.
const BASE: Duration = Duration::from_millis(25);
/// No wait is longer.
const CAP: Duration = Duration::from_millis(800);
/// Tries in all, the first included.
pub(super) const MAX_TRIES: u32 = 8;
/// What must be left of the request's time after a wait, for the try itself.
const RESERVE: Duration = Duration::from_millis(500);

/// A wait drawn evenly from 0 to `base * 2^tries`, at most `cap` ("full jitter", AWS Architecture Blog, 2015).
pub fn backoff(random: &Random, base: Duration, cap: Duration, tries: u32) -> Duration {
    let bound = base.saturating_mul(2u32.saturating_pow(tries)).min(cap);
    Duration::from_millis(random.below(u64::try_from(bound.as_millis()).unwrap_or(u64::MAX).saturating_add(1)))
}

/// Waits before the next try; false when there is no try left, or no time for one. `tries` are those already made.
pub(super) async fn wait(random: &Random, tries: u32) -> bool {
    wait_of(random, tries, MAX_TRIES).await
}

/// The same for what many do at once to one thing, where a few tries are not enough: `most` tries in all.
pub async fn wait_of(random: &Random, tries: u32, most: u32) -> bool {
    let pause = backoff(random, BASE, CAP, tries.saturating_sub(1));
    let in_time = deadline::left().is_none_or(|left| pause + RESERVE < left);
    if tries >= most || !in_time {
        return false;
    }
    tokio::time::sleep(pause).await;
    true
}

/// Tries of a change that loses to other changes of the same items. Hundreds may want the seats of one event at once,
/// so there are many. With the waits between them they take about 20 seconds: the deadline of a request ends them
/// before.
const CONTENDED_TRIES: u32 = 60;

/// The tries of an optimistic change: read, decide, write on the condition that nothing has changed, and once more if
/// it has.
///
/// ```ignore
/// let mut contention = Contention::new(&self.random);
/// loop {
///     let before = self.repository.by_id(id).await?;
///     match self.repository.save(&before, &changed(&before)).await {
///         Err(Error::VersionConflict) if contention.wait().await => {}
///         saved => return saved,
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Contention<'a> {
    random: &'a Random,
    tries: u32,
}

impl<'a> Contention<'a> {
    /// Before the first try.
    pub const fn new(random: &'a Random) -> Self {
        Self { random, tries: 0 }
    }

    /// Tries that have lost so far.
    pub const fn lost(&self) -> u32 {
        self.tries
    }

    /// Waits before the next try; false where there is none left, or no time for one.
    pub async fn wait(&mut self) -> bool {
        self.tries += 1;
        wait_of(self.random, self.tries, CONTENDED_TRIES).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::deadline::with_deadline;

    #[test]
    fn backoff_stays_under_its_doubling_bound_and_the_cap() {
        let random = Random::seeded(7);
        for tries in 0..40 {
            let bound = BASE.saturating_mul(2u32.saturating_pow(tries)).min(CAP);
            for _ in 0..50 {
                assert!(backoff(&random, BASE, CAP, tries) <= bound);
            }
        }
    }

    #[tokio::test]
    async fn wait_past_the_deadline_is_refused() {
        let soon = Instant::now() + Duration::from_millis(100);
        assert!(!with_deadline(soon, wait(&Random::seeded(1), 1)).await);
        let later = Instant::now() + Duration::from_secs(60);
        assert!(with_deadline(later, wait(&Random::seeded(1), 1)).await);
        assert!(!with_deadline(later, wait(&Random::seeded(1), MAX_TRIES)).await);
    }
}
