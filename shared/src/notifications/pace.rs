//! The send schedule: one item that every worker reads before each send.
//!
//! Telegram lets a bot send about 30 messages a second. That rate is divided into tracks. A track has slots at equal
//! distances, and the item has the time of the next slot of each. A worker takes a slot by moving that time by one
//! interval, on the condition that no other worker has moved it and that sending is not paused. So the rate holds for
//! any number of workers, and after a 429 no worker sends until the pause is over.
//!
//! Each message is in a lane. A lane takes the slots of its own track as soon as they are there. It also takes slots
//! that others have left: the lower it ranks on a track, the longer a slot must have been free. So no lane waits behind
//! another one's messages, and no part of the rate is lost while somebody has something to send.
//!
//! `docs/adr/0015-lanes.md` explains the numbers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Env;
use crate::time::Time;

/// How long a slot must have been free for the second on its track, in microseconds; twice that for the third, and so
/// on. It is longer than a worker needs to take a slot, and all ranks together are within the slack of a track.
const COURTESY: i64 = 25_000;
/// Refusals of different chats that mean the whole bot, if they come within [`TOGETHER`].
const WHOLE_BOT: usize = 3;
/// The time in which refusals belong together, in microseconds.
const TOGETHER: i64 = 10_000_000;

/// What a message waits behind: only messages of its own lane. Each lane has a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Answers that somebody waits for: of the bot, and tests of organisers.
    Urgent,
    /// Messages to single people about what others did.
    Caused,
    /// Reminders of what is about to begin, and critical jobs of organisers.
    Reminders,
    /// Jobs about changes that other domains start.
    Changes,
    /// Jobs of organisers.
    #[default]
    Bulk,
}

impl Lane {
    /// All lanes.
    pub const ALL: [Self; 5] = [Self::Urgent, Self::Caused, Self::Reminders, Self::Changes, Self::Bulk];

    /// The lane of an organiser's job. A critical one is about safety, so it is not behind what others say.
    pub const fn of_job(critical: bool) -> Self {
        if critical { Self::Reminders } else { Self::Bulk }
    }
}

/// A part of the rate, with slots at equal distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Track {
    /// For answers.
    Urgent,
    /// For what users cause.
    Caused,
    /// For everything to many people.
    Bulk,
}

impl Track {
    /// All tracks.
    pub const ALL: [Self; 3] = [Self::Urgent, Self::Caused, Self::Bulk];

    /// The lanes in the order in which they get this track's slots.
    const fn order(self) -> [Lane; 5] {
        match self {
            Self::Urgent => [Lane::Urgent, Lane::Reminders, Lane::Caused, Lane::Changes, Lane::Bulk],
            Self::Caused => [Lane::Caused, Lane::Urgent, Lane::Reminders, Lane::Changes, Lane::Bulk],
            // Reminders have an end, and are written slowly enough to leave a fifth. Jobs have none, so they come last.
            Self::Bulk => [Lane::Reminders, Lane::Urgent, Lane::Caused, Lane::Changes, Lane::Bulk],
        }
    }

    /// How long a slot must have been free before this lane takes it, in microseconds.
    fn courtesy(self, lane: Lane) -> i64 {
        let before = self.order().into_iter().take_while(|other| *other != lane);
        before.map(|_| COURTESY).sum()
    }
}

/// The next slot of each track, and the end of a pause; in microseconds since 1970, as intervals are not whole
/// milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timetable {
    pub urgent: i64,
    #[serde(default)]
    pub caused: i64,
    pub bulk: i64,
    pub paused_until: i64,
    /// Chats that Telegram refused for their rate, in the last seconds.
    #[serde(default)]
    pub refused: Vec<Refusal>,
}

/// Telegram wants no message for a chat for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub chat: i64,
    /// When it said so, in microseconds since 1970.
    pub at: i64,
}

/// A slot that a lane can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub track: Track,
    /// When the lane may take it.
    pub at: Time,
}

impl Timetable {
    /// The next slot of a track, without regard to a pause.
    pub const fn next(&self, track: Track) -> i64 {
        match track {
            Track::Urgent => self.urgent,
            Track::Caused => self.caused,
            Track::Bulk => self.bulk,
        }
    }

    /// Until when Telegram refuses the bot's messages, or did.
    pub fn paused_until(&self) -> Time {
        Time::from_millis(self.paused_until / 1000).unwrap_or_default()
    }

    /// The first slot that a lane can take. Its time is rounded up to the millisecond, so never early.
    pub fn slot(&self, lane: Lane) -> Slot {
        let at = |track: Track| self.next(track).saturating_add(track.courtesy(lane)).max(self.paused_until);
        // Of several at the same time, such as the end of a pause, a lane takes its own.
        let first = Track::ALL.into_iter().min_by_key(|track| (at(*track), track.courtesy(lane)));
        let track = first.unwrap_or(Track::Bulk);
        let millis = at(track).saturating_add(999).div_euclid(1000);
        Slot { track, at: Time::from_millis(millis).unwrap_or_default() }
    }

    /// The refusals of the last seconds with a new one, and whether they mean the whole bot. Telegram does not say
    /// which of its limits was reached.
    pub fn refuse(&self, chat: i64, now: i64) -> (Vec<Refusal>, bool) {
        let recent = self.refused.iter().filter(|refusal| refusal.chat != chat && now - refusal.at <= TOGETHER);
        let refused: Vec<Refusal> = recent.copied().chain([Refusal { chat, at: now }]).collect();
        let whole_bot = refused.len() >= WHOLE_BOT;
        (if whole_bot { Vec::new() } else { refused }, whole_bot)
    }
}

/// A time in microseconds since 1970.
pub const fn micros(time: Time) -> i64 {
    time.millis().saturating_mul(1000)
}

/// Messages a second, of each track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    pub urgent: f64,
    pub caused: f64,
    pub bulk: f64,
}

impl Rates {
    /// Reads `URGENT_PER_SECOND`, `CAUSED_PER_SECOND` and `BULK_PER_SECOND`. The defaults, 5, 4 and 20, are together
    /// below Telegram's 30.
    pub fn read(env: &mut Env) -> Self {
        let mut rate = |name: &str, default: f64| {
            let rate = env.optional(name).unwrap_or(default);
            if !(0.1..=1_000_000.0).contains(&rate) {
                env.problem(name, "must be from 0.1 to 1000000");
            }
            rate
        };
        Self {
            urgent: rate("URGENT_PER_SECOND", 5.0),
            caused: rate("CAUSED_PER_SECOND", 4.0),
            bulk: rate("BULK_PER_SECOND", 20.0),
        }
    }

    /// Microseconds between two slots.
    pub fn interval(&self, track: Track) -> i64 {
        let interval = Duration::from_secs_f64(match track {
            Track::Urgent => 1.0 / self.urgent,
            Track::Caused => 1.0 / self.caused,
            Track::Bulk => 1.0 / self.bulk,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn critical_job_gets_what_is_left_before_what_users_cause_and_other_jobs() {
        let critical = Lane::of_job(true);
        for track in [Track::Urgent, Track::Bulk] {
            assert!(track.courtesy(critical) < track.courtesy(Lane::Caused), "{track:?}");
        }
        for track in Track::ALL {
            assert!(track.courtesy(critical) < track.courtesy(Lane::of_job(false)), "{track:?}");
        }
        // Each lane keeps its own rate.
        assert_eq!((Track::Urgent.courtesy(Lane::Urgent), Track::Caused.courtesy(Lane::Caused)), (0, 0));
    }
}
