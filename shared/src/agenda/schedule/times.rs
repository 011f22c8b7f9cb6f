//! Reads times and durations in all the forms that schedules have.

use jiff::civil::{Date, DateTime, Time as WallTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::time::Time;

/// Longest session in minutes: 14 days. A longer one is a mistyped duration.
pub(super) const MAX_MINUTES: i64 = 14 * 24 * 60;

/// A time as a schedule writes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    /// With an offset, so it needs no zone.
    Exact(Time, TimeZone),
    /// Without an offset.
    Local(DateTime),
    /// A date alone.
    Day(Date),
}

impl Written {
    /// Reads `2020-12-14T09:00:00+01:00`, with a space for the `T`, without seconds, with `Z`, with or without an
    /// offset, or a day.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(date) = text.parse::<Date>()
            && text.len() <= 10
        {
            return Some(Self::Day(date));
        }
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Some(Self::Exact(Time::from_millis(stamp.as_millisecond())?, offset(text)));
        }
        text.parse().ok().map(Self::Local)
    }

    /// The point in time, in `zone` if it has no offset. A date alone is its midnight.
    pub(super) fn at(&self, zone: &TimeZone) -> Option<Time> {
        match self {
            Self::Exact(time, _) => Some(*time),
            Self::Local(local) => instant(*local, zone),
            Self::Day(date) => instant(date.to_datetime(WallTime::midnight()), zone),
        }
    }

    /// The date and time as they are written.
    pub(super) fn local(&self) -> DateTime {
        match self {
            Self::Exact(time, zone) => {
                let stamp = Timestamp::from_millisecond(time.millis()).unwrap_or_default();
                zone.to_datetime(stamp)
            }
            Self::Local(local) => *local,
            Self::Day(date) => date.to_datetime(WallTime::midnight()),
        }
    }

    /// The zone of the offset, if there is one.
    pub(super) fn zone(&self) -> Option<TimeZone> {
        if let Self::Exact(_, zone) = self { Some(zone.clone()) } else { None }
    }
}

/// The offset at the end of an RFC 3339 text.
fn offset(text: &str) -> TimeZone {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok();
    let found = pieces.and_then(|pieces| pieces.to_numeric_offset());
    found.map_or(TimeZone::UTC, TimeZone::fixed)
}

/// The point in time of a local time. When clocks change, a skipped hour has the offset before, and a repeated hour is
/// the first.
pub(super) fn instant(local: DateTime, zone: &TimeZone) -> Option<Time> {
    let stamp = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    Time::from_millis(stamp.as_millisecond())
}

/// Reads `09:00` or `09:00:00`. Hours from 24 are of the night after: the number of days later, and the time then.
pub(super) fn wall_time(text: &str) -> Option<(i64, WallTime)> {
    let mut parts = text.trim().split(':');
    let number = |part: Option<&str>| part.filter(|part| (1..=2).contains(&part.len()))?.parse::<i8>().ok();
    let (hour, minute) = (number(parts.next())?, number(parts.next())?);
    let second = parts.next().map_or(Some(0), |part| number(Some(part)))?;
    if parts.next().is_some() || hour < 0 {
        return None;
    }
    WallTime::new(hour % 24, minute, second, 0).ok().map(|time| (i64::from(hour / 24), time))
}

/// A time on a day of a schedule. Such a day goes on after midnight, until the next one starts: a time before
/// `day_start` is in the night after.
pub(super) fn on_day(date: Date, (later, time): (i64, WallTime), day_start: Option<WallTime>) -> Option<DateTime> {
    let night = i64::from(later == 0 && day_start.is_some_and(|start| time < start));
    Some(date.checked_add((later + night).days()).ok()?.to_datetime(time))
}

/// Reads a duration in seconds: `hh:mm`, `hh:mm:ss`, or `d:hh:mm`, which pretalx writes from one day on. `1:30:00` can
/// only be hours, as a day does not have 30.
pub(super) fn duration(text: &str) -> Option<i64> {
    let parts: Option<Vec<i64>> = text
        .trim()
        .split(':')
        .map(|part| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?)
        .collect();
    let seconds = match parts?.as_slice() {
        [hours, minutes] if *minutes < 60 => hours.checked_mul(3600)? + minutes * 60,
        [days, hours, minutes] if is_days(text) && *hours < 24 && *minutes < 60 => {
            days.checked_mul(24 * 3600)? + hours * 3600 + minutes * 60
        }
        [hours, minutes, seconds] if *minutes < 60 && *seconds < 60 => {
            hours.checked_mul(3600)? + minutes * 60 + seconds
        }
        _ => return None,
    };
    Some(seconds)
}

/// Pretalx writes days without a leading zero, and other programs write hours with one.
fn is_days(text: &str) -> bool {
    text.trim().split(':').next().is_some_and(|first| first.len() == 1 && first != "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_in_all_their_forms() {
        for (text, minutes) in [
            ("00:30", Some(30)),
            ("1:05", Some(65)),
            ("48:00", Some(2880)),
            ("00:45:00", Some(45)),
            ("0:45:00", Some(45)),
            ("1:30:00", Some(90)),
            ("1:02:30", Some(1440 + 150)),
            ("10:00:00", Some(600)),
            ("", None),
            ("45", None),
            ("00:75", None),
            ("-1:00", None),
            ("a:b", None),
            ("99999999999999999:00", None),
        ] {
            assert_eq!(duration(text), minutes.map(|minutes: i64| minutes * 60), "{text}");
        }
    }

    #[test]
    fn dates_are_read_with_an_offset_with_z_and_by_a_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for text in [
            "2020-12-14T09:00:00+01:00",
            "2020-12-14T08:00:00Z",
            "2020-12-14T08:00:00.000Z",
            "2020-12-14T09:00:00",
            "2020-12-14 09:00:00",
            "2020-12-14T09:00",
            "2020-12-14T09:00+01:00",
        ] {
            let time = Written::read(text).and_then(|written| written.at(&berlin)).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some("2020-12-14T08:00:00.000Z"), "{text}");
        }
        assert_eq!(Written::read("2020-12-14"), Some(Written::Day("2020-12-14".parse().unwrap())));
        assert_eq!(Written::read("soon"), None);
    }

    #[test]
    fn what_is_earlier_than_the_day_begins_is_of_its_night() {
        let date: Date = "2019-12-27".parse().unwrap();
        let day_start = WallTime::new(9, 0, 0, 0).ok();
        let at = |start: &str| on_day(date, wall_time(start).unwrap(), day_start).unwrap().to_string();
        assert_eq!(at("11:00"), "2019-12-27T11:00:00");
        assert_eq!(at("01:30"), "2019-12-28T01:30:00");
        assert_eq!(at("25:30"), "2019-12-28T01:30:00");
        assert_eq!(wall_time("nine"), None);
    }

    proptest! {
        #[test]
        fn times_never_panic_on_any_text(text: String, digits in "[0-9:T+Z. -]{0,30}") {
            for text in [text, digits] {
                let _ = (duration(&text), wall_time(&text), Written::read(&text).map(|written| written.local()));
            }
        }
    }
}
