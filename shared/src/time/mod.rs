//! Points in time, and the clock that tells them: the system's in production, a test's own in tests.

mod date;
mod rfc3339;
mod timeline;
mod zone;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::text::{InvalidText, parsed};
use rfc3339::date_time;

pub use date::Date;
pub use timeline::Timeline;
pub use zone::Zone;

/// Time in RFC 3339. Answers have UTC and milliseconds.
// As text it also sorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(as = Timestamp, value_type = String, format = DateTime, examples("2026-11-22T09:30:00.000Z"))]
pub struct Time(i64);

impl Time {
    /// The earliest time, the start of 1970.
    pub const MIN: Self = Self(0);
    /// The latest time, the end of 9998. So the clocks of each time zone show a year of four digits, and a sum with a few
    /// days does, too.
    pub const MAX: Self = Self(253_370_764_799_999);

    /// From milliseconds since 1970; `None` outside of [`Time::MIN`] to [`Time::MAX`].
    pub fn from_millis(millis: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&millis).then_some(Self(millis))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as JWTs, TTL attributes and Telegram count them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Whether it is from 1970 to 2199. Years that are far off are typing errors.
    pub const fn is_plausible(self) -> bool {
        0 <= self.0 && self.0 < YEAR_2200
    }

    /// Reads a time as [`FromStr`] does. One before [`Time::MIN`] or after [`Time::MAX`] becomes that.
    pub fn nearest(text: &str) -> Result<Self, InvalidText> {
        match date_time(text) {
            Some(millis) => Ok(Self(millis.clamp(Self::MIN.0, Self::MAX.0))),
            None => text.parse(),
        }
    }

    /// Whether it is further ahead of `now` than clocks differ. A time from outside that is so orders nothing rightly.
    pub fn is_ahead_of(self, now: Self) -> bool {
        self > now.plus_seconds(MAX_AHEAD)
    }

    /// The time later by a duration, whole milliseconds of it; at most [`Time::MAX`].
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        self.plus_millis(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// The duration until `later`; zero if that is past.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or_default())
    }

    /// The time `seconds` later (earlier when negative), between [`Time::MIN`] and [`Time::MAX`].
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// Each time can be printed, so a sum ends at the bounds.
    fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis)).clamp(Self::MIN, Self::MAX)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{stamp:.3}")
    }
}

impl FromStr for Time {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid =
            InvalidText("must be a time in RFC 3339, such as `2026-11-22T09:30:00Z`, of the years 1970 to 9998".into());
        date_time(text).and_then(Self::from_millis).ok_or(invalid)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// How far the clock of another system may be ahead, in seconds.
const MAX_AHEAD: i64 = 5 * 60;

/// The start of the year 2200, in milliseconds since 1970.
const YEAR_2200: i64 = 7_258_118_400_000;

/// Source of the time. Clones of a manual clock share it.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still until a test moves it; milliseconds since 1970.
    Manual(Arc<AtomicI64>),
    /// A time that the workers of a test share.
    Timeline(Arc<Timeline>),
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
            Self::Timeline(timeline) => timeline.now(),
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
            Self::Timeline(timeline) => timeline.sleep_until(time.millis()).await,
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
    fn sum_of_times_ends_at_the_bounds_and_can_be_printed_in_each_zone() {
        let zones = ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/Juneau", "Asia/Manila"];
        for zone in zones.map(|name| name.parse::<Zone>().unwrap()) {
            let shown = |time: Time| (time.to_string(), zone.date(time).to_string(), zone.at(time).year());
            for seconds in [i64::MIN, -300_000_000_000, i64::MAX, 300_000_000_000] {
                let (time, date, year) = shown(Time::default().plus_seconds(seconds));
                assert_eq!((time.len(), date.len()), (24, 10), "{time} {date}");
                assert!((0..=9999).contains(&year), "{year}");
                assert_eq!(time.parse::<Time>().unwrap().to_string(), time);
                assert!(date.parse::<Date>().is_ok(), "{date}");
            }
        }
        assert_eq!(Time::default().plus(Duration::MAX), Time::MAX);
        assert_eq!(Time::MIN.plus_seconds(-1), Time::MIN);
    }

    #[test]
    fn time_outside_the_bounds_is_refused() {
        for text in [
            "1969-12-31T23:59:59.999Z",
            "1970-01-01T00:00:00+00:01",
            "9999-01-01T00:00:00Z",
            "9998-12-31T23:59:59.999-00:01",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        assert_eq!("1970-01-01T00:00:00Z".parse(), Ok(Time::MIN));
        assert_eq!("9998-12-31T23:59:59.999Z".parse(), Ok(Time::MAX));
        assert!(!"2200-01-01T00:00:00Z".parse::<Time>().unwrap().is_plausible());
        assert!("2199-12-31T23:59:59.999Z".parse::<Time>().unwrap().is_plausible());
    }

    #[test]
    fn invalid_time_is_refused_in_our_own_words() {
        let refused = serde_json::from_str::<Time>("\"20261201\"").unwrap_err().to_string();
        assert_eq!(refused, "must be a time in RFC 3339, such as `2026-11-22T09:30:00Z`, of the years 1970 to 9998");
        let refused = serde_json::from_str::<Date>("\"2026-12-01T00Z\"").unwrap_err().to_string();
        assert_eq!(refused, "must be a date such as `2026-12-01`");
    }

    #[test]
    fn manual_clock_stands_still_until_moved() {
        let clock = Clock::manual(Time::from_millis(5).unwrap());
        assert_eq!(clock.now(), clock.now());
        clock.clone().advance(2);
        assert_eq!(clock.now().millis(), 2005);
    }
}
