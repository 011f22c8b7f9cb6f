//! What one user causes: messages to others are spread over time and limited per day, so that nobody fills the lane of
//! all.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::time::Time;

/// What a message to an audience counts as: 15 a day, for example changes of an event.
pub const AUDIENCE: u32 = 100;
/// Between two messages that one user causes: half of the lane's rate, so that the other half is left for others.
const BETWEEN: Duration = Duration::from_millis(500);
/// Between two messages that one user causes to themselves, by registering and cancelling for example. Twenty accounts
/// that do nothing else leave the lane to others.
const BETWEEN_OWN: Duration = Duration::from_secs(5);
/// Messages that one user can cause in a day (UTC). A host can let in the guests of a large event. At the rate above
/// they take 750 seconds, less than a queue can keep a message back.
pub const MAX_A_DAY: u32 = 1_500;
/// A queue keeps no message back for longer. Two days that meet could add up to more.
const LONGEST: Duration = Duration::from_secs(900);
/// Seconds in a day.
const DAY: i64 = 24 * 3600;

/// The messages that a user has caused, counted by day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caused {
    pub user_id: UserId,
    /// Days since 1970.
    pub day: i64,
    /// Messages of that day.
    pub count: u32,
    /// When the next message may be sent.
    pub next: Time,
}

impl Caused {
    /// The state after one more message that counts as so many, and when it is to be sent; `None` if the user has
    /// caused enough today. `own`: it is to the user who causes it.
    pub fn another(before: Option<&Self>, user_id: UserId, now: Time, weight: u32, own: bool) -> Option<(Self, Time)> {
        let day = now.seconds().div_euclid(DAY);
        let count = before.filter(|before| before.day == day).map_or(0, |before| before.count) + weight;
        let at = before.map_or(now, |before| before.next.max(now));
        (count <= MAX_A_DAY && now.until(at) <= LONGEST)
            .then(|| (Self { user_id, day, count, next: at.plus(if own { BETWEEN_OWN } else { BETWEEN }) }, at))
    }

    /// When it is of no use any more, in seconds since 1970.
    pub const fn expires_at(&self) -> i64 {
        (self.day + 2) * DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn messages_of_a_user_are_spread_and_limited_per_day() {
        let mut now: Time = "2026-12-01T23:00:00Z".parse().unwrap();
        let user = UserId::generate(now, &Random::seeded(1));
        let mut caused = None;
        for n in 0..u64::from(MAX_A_DAY) {
            let (after, at) = Caused::another(caused.as_ref(), user, now, 1, false).unwrap();
            assert_eq!(now.until(at), Duration::from_millis(n * 500));
            caused = Some(after);
        }
        assert_eq!(Caused::another(caused.as_ref(), user, now, 1, false), None);
        now = now.plus_seconds(3600);
        let (after, at) = Caused::another(caused.as_ref(), user, now, 1, true).unwrap();
        assert_eq!((after.count, at), (1, now), "a new day, and the last wait is over");
        let (_, next) = Caused::another(Some(&after), user, now, 1, true).unwrap();
        assert_eq!(now.until(next), BETWEEN_OWN, "who tells only themselves can wait");
    }
}
