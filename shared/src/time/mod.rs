//! Points in time, and the clock that tells them: the system's in production, a test's own in tests.

mod zone;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

pub use zone::Zone;

/// Time in RFC 3339. Answers have UTC and milliseconds.
// As text it also sorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(as = Timestamp, value_type = String, format = DateTime, examples("2026-11-22T09:30:00.000Z"))]
pub struct Time(i64);

impl Time {
    /// From milliseconds since 1970; `None` outside the years -9999 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        Timestamp::from_millisecond(millis).ok().map(|_| Self(millis))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as JWTs, TTL attributes and Telegram count them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time later by a duration, whole milliseconds of it.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The duration until `later`; zero if that is past.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or_default())
    }

    /// The time `seconds` later (earlier when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1000)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{stamp:.3}")
    }
}

impl FromStr for Time {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.parse::<Timestamp>()?.as_millisecond()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The parser's own message speaks of its components.
        text.parse().map_err(|_| serde::de::Error::custom("must be a time in RFC 3339, such as `2026-11-22T09:30:00Z`"))
    }
}

/// Source of the time. Clones of a manual clock share it.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still until a test moves it; milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `time`.
    pub fn manual(time: Time) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(time.millis())))
    }

    /// The time now.
    pub fn now(&self) -> Time {
        Time(match self {
            Self::System => Timestamp::now().as_millisecond(),
            Self::Manual(millis) => millis.load(Ordering::SeqCst),
        })
    }

    /// Waits until `time`; a manual clock jumps there at once, as nothing else happens in its world while everybody
    /// waits.
    pub async fn sleep_until(&self, time: Time) {
        match self {
            Self::System => {
                tokio::time::sleep(self.now().until(time)).await;
            }
            Self::Manual(millis) => {
                millis.fetch_max(time.millis(), Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        }
    }

    /// Moves a manual clock ahead; the system's clock goes by itself.
    pub fn advance(&self, seconds: i64) {
        if let Self::Manual(millis) = self {
            millis.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_prints_utc_with_milliseconds_and_reads_itself_back() {
        let time = Time::from_millis(1_795_339_800_007).unwrap();
        assert_eq!(time.to_string(), "2026-11-22T09:30:00.007Z");
        assert_eq!("2026-11-22T15:00:00.007+05:30".parse::<Time>().unwrap(), time);
    }

    #[test]
    fn manual_clock_stands_still_until_moved() {
        let clock = Clock::manual(Time::from_millis(5).unwrap());
        assert_eq!(clock.now(), clock.now());
        clock.clone().advance(2);
        assert_eq!(clock.now().millis(), 2005);
    }
}
