//! Writes calendars in iCalendar format (RFC 5545, with the properties of RFC 7986).
//!
//! All times are UTC, so that a calendar program needs no time zone data to read them.

mod line;

use std::fmt::{self, Display};

use jiff::Timestamp;

use crate::time::Time;
use line::{Value, content_line};

/// Media type of a calendar.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// Identifier of the program that writes the calendars (`PRODID`).
const PRODUCT: &str = "-//India Blockchain Week//IBW//EN";
/// Domain of all UIDs, which makes them globally unique. If it changed, subscribers would see each entry twice.
const DOMAIN: &str = "indiablockchainweek.com";
/// Interval at which calendar programs should load the calendar again.
const REFRESH: &str = "PT1H";

/// A calendar. Its text depends on its fields alone, so that an unchanged calendar has the same `ETag`.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Name of a feed, which calendar programs show and load again. `None` for a file that is imported once: with a
    /// name, programs would make a calendar of its own for it.
    pub feed: Option<String>,
    /// Entries, in the order in which they are written.
    pub entries: Vec<Entry>,
}

/// An entry of a calendar: a session or a side event.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// UID. It never changes.
    pub uid: Uid,
    /// Sequence number. Each change adds at least one.
    pub sequence: u32,
    /// Time of the last change.
    pub changed_at: Time,
    /// Start time.
    pub start: Time,
    /// End time.
    pub end: Time,
    /// Title.
    pub summary: String,
    /// Description.
    pub description: Option<String>,
    /// Name or address of the place.
    pub location: Option<String>,
    /// Latitude and longitude of the place, in degrees.
    pub position: Option<(f64, f64)>,
    /// Web page of the entry.
    pub url: Option<String>,
    /// Status.
    pub status: Status,
}

/// Globally unique identifier of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uid(String);

impl Uid {
    /// The UID of a session or event with this id.
    pub fn of(id: impl Display) -> Self {
        Self(format!("{id}@{DOMAIN}"))
    }
}

/// Status of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The entry takes place.
    Confirmed,
    /// The entry is cancelled.
    Cancelled,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        content_line(f, "BEGIN", Value::Plain("VCALENDAR"))?;
        content_line(f, "VERSION", Value::Plain("2.0"))?;
        content_line(f, "PRODID", Value::Plain(PRODUCT))?;
        content_line(f, "CALSCALE", Value::Plain("GREGORIAN"))?;
        // No `METHOD`: it would make this a message, whose entries need an `ORGANIZER` (RFC 5546 section 3.2.1).
        if let Some(name) = &self.feed {
            // Some programs know only the standard properties, and some only the older `X-` ones.
            content_line(f, "NAME", Value::Text(name))?;
            content_line(f, "X-WR-CALNAME", Value::Text(name))?;
            content_line(f, "REFRESH-INTERVAL;VALUE=DURATION", Value::Plain(REFRESH))?;
            content_line(f, "X-PUBLISHED-TTL", Value::Plain(REFRESH))?;
        }
        if self.entries.is_empty() {
            write_zone(f)?;
        }
        for entry in &self.entries {
            entry.fmt(f)?;
        }
        content_line(f, "END", Value::Plain("VCALENDAR"))
    }
}

impl Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        content_line(f, "BEGIN", Value::Plain("VEVENT"))?;
        content_line(f, "UID", Value::Text(&self.uid.0))?;
        // The time of the last change, not of the request: otherwise the `ETag` would differ in each answer.
        content_line(f, "DTSTAMP", Value::Plain(&utc(self.changed_at)?))?;
        content_line(f, "LAST-MODIFIED", Value::Plain(&utc(self.changed_at)?))?;
        content_line(f, "SEQUENCE", Value::Plain(&self.sequence.to_string()))?;
        content_line(f, "STATUS", Value::Plain(self.status.name()))?;
        content_line(f, "DTSTART", Value::Plain(&utc(self.start)?))?;
        // An end that is not later than the start is not allowed (RFC 5545 section 3.8.2.2).
        if self.end.seconds() > self.start.seconds() {
            content_line(f, "DTEND", Value::Plain(&utc(self.end)?))?;
        }
        content_line(f, "SUMMARY", Value::Text(&self.summary))?;
        if let Some(description) = &self.description {
            content_line(f, "DESCRIPTION", Value::Text(description))?;
        }
        if let Some(location) = &self.location {
            content_line(f, "LOCATION", Value::Text(location))?;
        }
        if let Some((latitude, longitude)) = self.position {
            content_line(f, "GEO", Value::Plain(&format!("{latitude:.6};{longitude:.6}")))?;
        }
        if let Some(url) = &self.url {
            content_line(f, "URL", Value::Plain(url))?;
        }
        content_line(f, "END", Value::Plain("VEVENT"))
    }
}

/// A calendar must have a component (RFC 5545 section 3.6), so a calendar without entries has a time zone.
fn write_zone(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (name, value) in [
        ("BEGIN", "VTIMEZONE"),
        ("TZID", "UTC"),
        ("BEGIN", "STANDARD"),
        ("DTSTART", "19700101T000000"),
        ("TZOFFSETFROM", "+0000"),
        ("TZOFFSETTO", "+0000"),
        ("END", "STANDARD"),
        ("END", "VTIMEZONE"),
    ] {
        content_line(f, name, Value::Plain(value))?;
    }
    Ok(())
}

/// A time as `20261122T093000Z`.
fn utc(time: Time) -> Result<String, fmt::Error> {
    let stamp = Timestamp::from_millisecond(time.millis()).map_err(|_| fmt::Error)?;
    Ok(stamp.strftime("%Y%m%dT%H%M%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            uid: Uid::of("ags_1"),
            sequence: 2,
            changed_at: "2026-11-22T09:30:00.700Z".parse().unwrap(),
            start: "2026-12-01T09:00:00+05:30".parse().unwrap(),
            end: "2026-12-01T09:45:00+05:30".parse().unwrap(),
            summary: "Rollups, explained; part 1".to_owned(),
            description: Some("First line\nsecond line".to_owned()),
            location: Some("Hall A".to_owned()),
            position: Some((12.971_599, 77.594_566)),
            url: Some("https://example.org/a?b=c,d;e".to_owned()),
            status: Status::Confirmed,
        }
    }

    #[test]
    fn calendar_is_written_line_by_line() {
        let calendar = Calendar { feed: Some("My week".to_owned()), entries: vec![entry()] };
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//India Blockchain Week//IBW//EN",
            "CALSCALE:GREGORIAN",
            "NAME:My week",
            "X-WR-CALNAME:My week",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "BEGIN:VEVENT",
            "UID:ags_1@indiablockchainweek.com",
            "DTSTAMP:20261122T093000Z",
            "LAST-MODIFIED:20261122T093000Z",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "DTSTART:20261201T033000Z",
            "DTEND:20261201T041500Z",
            r"SUMMARY:Rollups\, explained\; part 1",
            r"DESCRIPTION:First line\nsecond line",
            "LOCATION:Hall A",
            "GEO:12.971599;77.594566",
            "URL:https://example.org/a?b=c,d;e",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        assert_eq!(calendar.to_string(), expected.join("\r\n"));
        let file = Calendar { feed: None, ..calendar }.to_string();
        let without_feed = [&expected[..4], &expected[8..]].concat();
        assert_eq!(file, without_feed.join("\r\n"));
    }

    #[test]
    fn entry_without_a_length_has_no_end() {
        let start = entry().start;
        let text = Entry { end: start, status: Status::Cancelled, ..entry() }.to_string();
        assert!(!text.contains("DTEND") && text.contains("STATUS:CANCELLED"));
    }

    #[test]
    fn empty_calendar_has_a_component() {
        let text = Calendar { feed: Some("Nothing".to_owned()), entries: Vec::new() }.to_string();
        assert!(text.contains("BEGIN:VTIMEZONE\r\nTZID:UTC\r\n"));
    }
}
