//! Schedules of all dialects, read; and written ones, read again.

mod dialects;
mod flat;
mod odd;
mod refused;
mod round_trip;

use serde_json::{Value, json};

use super::{ParsedSession, Schedule, read};

/// A schedule of one day and room with these sessions, as frab writes it.
pub(super) fn of(sessions: &Value) -> Value {
    json!({"schedule": {"version": "1.0", "base_url": "https://example.org/schedule/", "conference": {
        "acronym": "democon", "title": "DemoCon", "start": "2019-12-27", "end": "2019-12-30", "daysCount": 4,
        "timeslot_duration": "00:15", "days": [{
            "index": 1, "date": "2019-12-27", "day_start": "2019-12-27T09:00:00+01:00",
            "day_end": "2019-12-28T06:00:00+01:00", "rooms": {"Ada": sessions},
        }],
    }}})
}

/// A session with some fields otherwise; `null` takes a field away.
pub(super) fn session(other: &Value) -> Value {
    let mut session = json!({
        "id": 7, "guid": "8079583e-8321-506c-95af-fd2903a5f075", "date": "2019-12-27T11:00:00+01:00", "start": "11:00",
        "duration": "00:30", "room": "Ada", "slug": "democon-7-opening", "title": "Opening", "subtitle": "", "track": "CCC",
        "type": "lecture", "language": "en", "abstract": "Hello", "description": "", "logo": null, "persons": [],
        "links": [], "attachments": [],
    });
    for (name, value) in other.as_object().unwrap() {
        match value {
            Value::Null => session.as_object_mut().unwrap().remove(name).map(|_| ()).unwrap_or_default(),
            value => session[name] = value.clone(),
        }
    }
    session
}

/// What is read of a file; the conference's clocks are those of Bengaluru.
pub(super) fn reading(file: &Value) -> Result<Schedule, Vec<String>> {
    read_as(file, false)
}

/// What is read of a file that has to be in order.
pub(super) fn strictly(file: &Value) -> Result<Schedule, Vec<String>> {
    read_as(file, true)
}

fn read_as(file: &Value, strict: bool) -> Result<Schedule, Vec<String>> {
    let zone = "Asia/Kolkata".parse().unwrap();
    read(file, &zone, strict).map_err(|problems| problems.into_iter().map(|problem| problem.field).collect())
}

/// The one session of a file that can be read.
pub(super) fn one(other: &Value) -> ParsedSession {
    let mut schedule = reading(&of(&json!([session(other)]))).unwrap();
    assert_eq!(schedule.sessions.len(), 1);
    schedule.sessions.remove(0)
}
