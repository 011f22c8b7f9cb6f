//! The send schedule: one item that every worker reads before each send.
//!
//! Telegram lets a bot send about 30 messages a second. Two lanes share that rate, so urgent messages do not wait for
//! bulk messages. The item has the time of the next slot of each lane. A worker takes a slot by moving that time by one
//! interval, on the condition that no other worker has moved it and that sending is not paused. So the rate holds for
//! any number of workers, and after a 429 no worker sends until the pause is over.

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

/// The next slot of each lane, and the end of a pause; in microseconds since 1970, as intervals are not whole
/// milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timetable {
    pub urgent: i64,
    pub bulk: i64,
    pub paused_until: i64,
}

impl Timetable {
    /// The next slot of a lane, without regard to a pause.
    pub const fn next(&self, lane: Lane) -> i64 {
        match lane {
            Lane::Urgent => self.urgent,
            Lane::Bulk => self.bulk,
        }
    }

    /// When the lane may send next: rounded up to the millisecond, so never early.
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
    /// Reads `URGENT_PER_SECOND` and `BULK_PER_SECOND`. The defaults, 5 and 24, are together below Telegram's 30.
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

    /// Microseconds between two slots.
    pub fn interval(&self, lane: Lane) -> i64 {
        let interval = Duration::from_secs_f64(match lane {
            Lane::Urgent => 1.0 / self.urgent,
            Lane::Bulk => 1.0 / self.bulk,
        });
        i64::try_from(interval.as_micros()).unwrap_or(i64::MAX)
    }
}

/// Whether a worker may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Now,
    /// Not before this time, which is after the caller's deadline.
    NotBefore(Time),
}
