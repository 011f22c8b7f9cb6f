//! Reads a schedule: the file, its days, its rooms.

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::day::Day;
use super::parsed::Schedule;
use super::problems::{Place, Problem, Problems};
use super::references::References;
use super::sessions::SessionReader;
use crate::agenda::model::MAX_SESSIONS;
use crate::time::Zone;

/// Reads a schedule. Times without an offset are in `zone`, unless the schedule names another. If `strict`, one odd entry
/// refuses the file. The error has all problems of the file.
pub fn read(file: &Value, zone: &Zone, strict: bool) -> Result<Schedule, Vec<Problem>> {
    let mut problems = Problems::new(strict);
    let schedule = schedule_of(file, zone, &mut problems).unwrap_or_default();
    let warnings = problems.verdict()?;
    Ok(Schedule { warnings, ..schedule })
}

/// The sessions and people of the file; `None` if it has no days and no events. A missing object is an error among the
/// problems.
fn schedule_of(file: &Value, zone: &Zone, problems: &mut Problems) -> Option<Schedule> {
    let schedule = outermost(file, problems)?;
    if schedule.object.get("rooms").is_some() {
        problems.deviation(&schedule.place.field("rooms"), "belongs in `schedule.conference`");
    }
    let conference = schedule.object("conference", problems)?;
    let zone = zone_of(&conference, problems).unwrap_or_else(|| zone.time_zone().clone());
    let place = conference.place.field("days");
    let days = conference.object.get("days").and_then(Value::as_array);
    let events = schedule.object.get("events").and_then(Value::as_array);
    if days.is_none() && events.is_none() {
        problems.error(&place, "must be a list of days");
        return None;
    }
    let mut reader = SessionReader::new(References::read(schedule.object, conference.object), problems);
    for (position, day) in days.into_iter().flatten().enumerate() {
        read_day(day, &zone, &place.element(position), &mut reader);
    }
    // Version 2 of the format has all sessions in one list. Its days only say when they begin.
    if reader.has_read_nothing() {
        let place = schedule.place.field("events");
        for (position, event) in events.into_iter().flatten().enumerate() {
            reader.read("", event, &Day::none(&zone), &place.element(position));
        }
    }
    let schedule = reader.finish();
    if schedule.sessions.len() > MAX_SESSIONS {
        problems.error(&place, format!("has more than {MAX_SESSIONS} sessions"));
    }
    if schedule.sessions.is_empty() && !problems.are_fatal() {
        problems.warning(&place, "has no sessions");
    }
    Some(schedule)
}

/// An object of the file, and its place.
struct Part<'a> {
    object: &'a Map<String, Value>,
    place: Place,
}

impl<'a> Part<'a> {
    /// A field that has to be an object.
    fn object(&self, name: &str, problems: &mut Problems) -> Option<Self> {
        let place = self.place.field(name);
        match self.object.get(name) {
            Some(Value::Object(object)) => return Some(Self { object, place }),
            Some(_) => problems.error(&place, "must be an object"),
            None => problems.error(&place, "is missing"),
        }
        None
    }
}

/// The `schedule` object. Some programs leave it out, and write its fields at the top.
fn outermost<'a>(file: &'a Value, problems: &mut Problems) -> Option<Part<'a>> {
    let Some(object) = file.as_object() else {
        problems.error(&Place::top().field("schedule"), "is missing");
        return None;
    };
    let top = Part { object, place: Place::top() };
    let is_bare = object.get("schedule").is_none() && object.get("conference").is_some();
    if is_bare { Some(top) } else { top.object("schedule", problems) }
}

/// The time zone that the schedule names.
fn zone_of(conference: &Part<'_>, problems: &mut Problems) -> Option<TimeZone> {
    let name = conference.object.get("time_zone_name").and_then(Value::as_str)?.trim();
    if name.is_empty() {
        return None;
    }
    let zone = name.parse().ok().map(|zone: Zone| zone.time_zone().clone());
    if zone.is_none() {
        let message = "is not an IANA time zone. The conference's time zone is used";
        problems.warning(&conference.place.field("time_zone_name"), message);
    }
    zone
}

fn read_day(value: &Value, zone: &TimeZone, place: &Place, reader: &mut SessionReader<'_>) {
    let Some(object) = value.as_object() else { return reader.problems.error(place, "must be an object") };
    let day = Day::read(object, zone, place, reader.problems);
    let place = place.field("rooms");
    match object.get("rooms") {
        None | Some(Value::Null) => {}
        Some(Value::Object(rooms)) => {
            for (room, sessions) in rooms {
                read_room(room, sessions, &day, &place.field(room), reader);
            }
        }
        // PHP writes an empty map as an empty list.
        Some(Value::Array(rooms)) if rooms.is_empty() => {}
        Some(_) => reader.problems.error(&place, "must be an object with a list of sessions for each room"),
    }
}

fn read_room(room: &str, sessions: &Value, day: &Day, place: &Place, reader: &mut SessionReader<'_>) {
    match sessions {
        Value::Null => {}
        Value::Array(sessions) => {
            for (position, session) in sessions.iter().enumerate() {
                reader.read(room, session, day, &place.element(position));
            }
        }
        _ => reader.problems.error(place, "must be a list of sessions"),
    }
}
