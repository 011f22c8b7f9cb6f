//! How fast the bot sends, and when not at all: one item that every worker asks before each send.
//!
//! Telegram lets a bot send about 30 messages a second. Two lanes share that: what is urgent does not wait behind what is bulk.
//! Each lane has a timetable in the item: the time of its next turn. A turn is taken by moving that time on by one interval, on
//! the condition that nobody else has moved it and that nothing is paused; so the rate holds however many workers there are, and
//! after a 429 nobody sends until the pause is over.

use std::time::Duration;

use crate::config::Env;
use serde::{Deserialize, Serialize};

use crate::time::Time;

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
    pub fn turn(&self, lane: Lane) -> Time {
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
    pub urgent: f64,
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
    pub fn interval(&self, lane: Lane) -> i64 {
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
    Now,
    /// Not before this time, which is too late for the one who asked.
    NotBefore(Time),
}
