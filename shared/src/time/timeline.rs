//! The time of a test in which several workers act at once: it goes on when all of them wait, to the time that the first
//! one waits for. So an hour passes as fast as its work is done, and nobody is late because others sleep.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A time that workers share, in milliseconds since 1970.
#[derive(Debug)]
pub struct Timeline(Mutex<State>);

#[derive(Debug)]
struct State {
    now: i64,
    /// Workers that do not wait.
    working: usize,
    /// Workers that wait, by time and number.
    waiting: BTreeMap<(i64, u64), oneshot::Sender<()>>,
    /// The number of the last worker that waited.
    number: u64,
}

impl Timeline {
    /// Begins at this time, with one worker.
    pub const fn new(now: i64) -> Self {
        Self(Mutex::new(State { now, working: 1, waiting: BTreeMap::new(), number: 0 }))
    }

    /// One worker more.
    pub fn join(&self) {
        self.state().working += 1;
    }

    /// One worker less.
    pub fn leave(&self) {
        self.state().rest();
    }

    pub(super) fn now(&self) -> i64 {
        self.state().now
    }

    /// Waits until the others have done what comes before.
    pub(super) async fn sleep_until(&self, time: i64) {
        let woken = {
            let mut state = self.state();
            if time <= state.now {
                return;
            }
            let (sender, woken) = oneshot::channel();
            state.number += 1;
            let number = state.number;
            state.waiting.insert((time, number), sender);
            state.rest();
            woken
        };
        // The sender is kept until it is used.
        let _woken = woken.await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A worker waits or leaves. If it was the last one at work, the next one wakes.
    fn rest(&mut self) {
        self.working = self.working.saturating_sub(1);
        while self.working == 0
            && let Some(((time, _), sender)) = self.waiting.pop_first()
        {
            self.now = time;
            self.working += usize::from(sender.send(()).is_ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::time::{Clock, Time};

    #[tokio::test]
    async fn workers_act_in_the_order_of_their_times() {
        let timeline = Arc::new(Timeline::new(0));
        let (clock, done) = (Clock::Timeline(Arc::clone(&timeline)), Mutex::new(Vec::new()));
        timeline.join();
        let worker = async |every: i64, name: &'static str| {
            for n in 1..=3 {
                clock.sleep_until(Time::default().plus_seconds(every * n)).await;
                done.lock().unwrap().push((clock.now().seconds(), name));
            }
            timeline.leave();
        };
        tokio::join!(worker(3, "slow"), worker(2, "quick"));
        let expected = [(2, "quick"), (3, "slow"), (4, "quick"), (6, "slow"), (6, "quick"), (9, "slow")];
        assert_eq!(*done.lock().unwrap(), expected);
    }
}
