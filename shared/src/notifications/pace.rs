//! How fast the bot sends, and when not at all: one item that every worker asks before each send.
//!
//! Telegram lets a bot send about 30 messages a second. Two lanes share that: what is urgent does not wait behind what is bulk.
//! Each lane has a timetable in the item: the time of its next turn. A turn is taken by moving that time on by one interval, on
//! the condition that nobody else has moved it and that nothing is paused; so the rate holds however many workers there are, and
//! after a 429 nobody sends until the pause is over.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::repository::NotificationRepository;
use crate::config::Env;
use crate::dynamo;
use crate::platform::Platform;
use crate::time::{Clock, Time};

/// How far a timetable may lag behind the clock and still catch up, in microseconds: more would show as a burst.
const SLACK: i64 = 250_000;

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Single messages.
    Urgent,
    /// Jobs.
    Bulk,
}

/// When each lane may send next, and until when none may; in microseconds since 1970, as intervals are no whole milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timetable {
    /// The next turn of the urgent lane.
    pub urgent: i64,
    /// The next turn of the bulk lane.
    pub bulk: i64,
    /// Nobody sends before.
    pub paused_until: i64,
}

impl Timetable {
    /// The next turn of a lane, were nothing paused.
    pub const fn next(&self, lane: Lane) -> i64 {
        match lane {
            Lane::Urgent => self.urgent,
            Lane::Bulk => self.bulk,
        }
    }

    /// When the lane may send, as far as this timetable knows: to the millisecond, and never early.
    fn turn(&self, lane: Lane) -> Time {
        let micros = self.next(lane).max(self.paused_until);
        Time::from_millis(micros.saturating_add(999).div_euclid(1000)).unwrap_or_default()
    }
}

/// A time in microseconds since 1970.
pub const fn micros(time: Time) -> i64 {
    time.millis().saturating_mul(1000)
}

/// Messages a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Of the urgent lane.
    pub urgent: f64,
    /// Of the bulk lane.
    pub bulk: f64,
}

impl Rates {
    /// Reads `URGENT_PER_SECOND` (5) and `BULK_PER_SECOND` (24): together below Telegram's 30.
    pub fn read(env: &mut Env) -> Self {
        let mut rate = |name: &str, default: f64| {
            let rate = env.optional(name).unwrap_or(default);
            if !(0.1..=1_000_000.0).contains(&rate) {
                env.problem(name, "must be from 0.1 to 1000000");
            }
            rate
        };
        Self { urgent: rate("URGENT_PER_SECOND", 5.0), bulk: rate("BULK_PER_SECOND", 24.0) }
    }

    /// Microseconds between two turns.
    fn interval(&self, lane: Lane) -> i64 {
        let interval = Duration::from_secs_f64(match lane {
            Lane::Urgent => 1.0 / self.urgent,
            Lane::Bulk => 1.0 / self.bulk,
        });
        i64::try_from(interval.as_micros()).unwrap_or(i64::MAX)
    }
}

/// The answer to who wants to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// Not before this time, which is too late for the one who asked.
    NotBefore(Time),
}

/// What keeps the pace. Clones share what this instance knows of the timetable, and queue for its turns.
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

    /// Waits for a turn of the lane, if it comes before `deadline`.
    pub async fn turn(&self, lane: Lane, deadline: Time) -> Result<Turn, dynamo::Error> {
        let queue = if lane == Lane::Urgent { &self.urgent } else { &self.bulk };
        // Those of one instance ask one after the other, so that they do not take the turns from each other.
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

    /// Has nobody send for a while.
    pub async fn pause(&self, duration: Duration) -> Result<(), dynamo::Error> {
        tracing::warn!(seconds = duration.as_secs(), "telegram.paused");
        self.repository.pause_until(micros(self.clock.now().plus(duration))).await
    }
}
