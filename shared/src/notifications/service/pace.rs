//! The rate of sending: slots of the send schedule, and pauses for all workers.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::dynamo;
use crate::notifications::pace::{Lane, Rates, Timetable, Turn, micros};
use crate::notifications::repository::NotificationRepository;
use crate::platform::Platform;
use crate::time::{Clock, Time};

/// Microseconds that the schedule may lag behind the clock and still catch up. More would be a burst.
const SLACK: i64 = 250_000;

/// Keeps the rate of sending. Clones share this instance's copy of the schedule, and queue for its slots.
#[derive(Clone, Debug)]
pub struct Pace {
    repository: NotificationRepository,
    rates: Rates,
    clock: Clock,
    urgent: Arc<Mutex<Option<Timetable>>>,
    bulk: Arc<Mutex<Option<Timetable>>>,
}

impl Pace {
    /// At these rates.
    pub fn new(platform: &Platform, rates: Rates) -> Self {
        let (repository, clock) = (NotificationRepository::new(platform), platform.clock.clone());
        Self { repository, rates, clock, urgent: Arc::default(), bulk: Arc::default() }
    }

    /// Waits for a slot of the lane, if there is one before `deadline`.
    pub async fn turn(&self, lane: Lane, deadline: Time) -> Result<Turn, dynamo::Error> {
        let queue = if lane == Lane::Urgent { &self.urgent } else { &self.bulk };
        // The tasks of one instance ask one after the other, so that they do not contend for slots.
        let mut known = queue.lock().await;
        loop {
            let timetable = match *known {
                Some(timetable) => timetable,
                None => self.repository.timetable().await?,
            };
            let turn = timetable.turn(lane);
            if turn > deadline {
                *known = None;
                return Ok(Turn::NotBefore(turn));
            }
            if turn > self.clock.now() {
                self.clock.sleep_until(turn).await;
            }
            let now = micros(self.clock.now());
            let next = timetable.next(lane).max(now - SLACK) + self.rates.interval(lane);
            *known = self.repository.take_turn(lane, timetable.next(lane), next, now).await?;
            if known.is_some() {
                return Ok(Turn::Now);
            }
        }
    }

    /// Stops all sending for a while.
    pub async fn pause(&self, duration: Duration) -> Result<(), dynamo::Error> {
        tracing::warn!(seconds = duration.as_secs(), "telegram.paused");
        self.repository.pause_until(micros(self.clock.now().plus(duration))).await
    }
}
