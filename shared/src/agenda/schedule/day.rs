//! A day of a schedule: what its sessions inherit if they do not say it themselves.

use jiff::civil::{Date, Time as WallTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::problems::{Place, Problems};
use super::times::{Written, wall_time};

/// The date, the start and the time zone of a day.
pub(super) struct Day {
    pub(super) date: Option<Date>,
    pub(super) start: Option<WallTime>,
    pub(super) zone: TimeZone,
}

impl Day {
    /// No day: sessions say all themselves, but for the zone.
    pub(super) fn none(zone: &TimeZone) -> Self {
        Self { date: None, start: None, zone: zone.clone() }
    }

    /// Reads `date` and `day_start`. `zone` counts if `day_start` has no offset.
    pub(super) fn read(day: &Map<String, Value>, zone: &TimeZone, place: &Place, problems: &mut Problems) -> Self {
        let text = |name: &str| day.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let date = text("date").and_then(|text| {
            let written = Written::read(text);
            if written.is_none() {
                problems.odd(&place.field("date"), "must be a date like 2020-12-14", "It is ignored");
            }
            written
        });
        let start = text("day_start").and_then(Written::read).filter(|start| !matches!(start, Written::Day(_)));
        let local = start.as_ref().map(Written::local);
        // Some programs write the time alone, without a date.
        let time = local.map(|at| at.time()).or_else(|| text("day_start").and_then(wall_time).map(|(_, time)| time));
        if time.is_none() && text("day_start").is_some() {
            problems.warning(&place.field("day_start"), "is not a time. The day is read as if it began at midnight");
        }
        Self {
            date: date.as_ref().map(Written::local).or(local).map(|at| at.date()),
            start: time,
            zone: start.as_ref().and_then(Written::zone).unwrap_or_else(|| zone.clone()),
        }
    }
}
