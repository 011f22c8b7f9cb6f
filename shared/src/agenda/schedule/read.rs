//! Reads a schedule: the file, its days, its rooms.

use jiff::civil::{Date, Time as WallTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use url::Url;

use super::Schedule;
use super::problems::{Place, Problem, Problems};
use super::sessions::Reader;
use super::times::{Written, wall_time};
use crate::agenda::model::MAX_SESSIONS;
use crate::time::Zone;

/// What holds for the sessions of a day.
pub(super) struct Day {
    /// The day.
    pub(super) date: Option<Date>,
    /// When it begins, by the clocks of the conference.
    pub(super) start: Option<WallTime>,
    /// Whose clocks these are.
    pub(super) zone: TimeZone,
}

/// Reads a schedule, whose clocks are those of `zone` where it says nothing else; or all that is wrong with it.
pub fn read(file: &Value, zone: &Zone) -> Result<Schedule, Vec<Problem>> {
    let mut problems = Problems::default();
    let schedule = file_of(file, zone, &mut problems);
    let warnings = problems.verdict()?;
    Ok(Schedule { warnings, ..schedule })
}

fn file_of(file: &Value, zone: &Zone, problems: &mut Problems) -> Schedule {
    let top = Place::top();
    let bare = file.as_object().filter(|file| file.get("schedule").is_none() && file.get("conference").is_some());
    // Some programs leave the outermost object out.
    let outer = bare.map(|schedule| (schedule, Place::top())).or_else(|| object(file, "schedule", &top, problems));
    let Some((schedule, place)) = outer else { return Schedule::default() };
    if schedule.get("rooms").is_some() {
        problems.deviation(&place.field("rooms"), "belongs into schedule.conference");
    }
    let Some((conference, conference_place)) = part(schedule, "conference", &place, problems) else {
        return Schedule::default();
    };
    let base = schedule.get("base_url").and_then(Value::as_str).and_then(|text| Url::parse(text).ok());
    let named = conference.get("time_zone_name").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    let named = named.and_then(|name| {
        let known = TimeZone::get(name.trim()).ok();
        if known.is_none() {
            problems.warning(&conference_place.field("time_zone_name"), "is no time zone: the conference's is taken");
        }
        known
    });
    let zone = named.unwrap_or_else(|| zone.time_zone().clone());
    let place = conference_place.field("days");
    let Some(days) = conference.get("days").and_then(Value::as_array) else {
        problems.error(&place, "must be the list of days");
        return Schedule::default();
    };
    let mut reader = Reader::new(base, problems);
    for (position, day) in days.iter().enumerate() {
        read_day(day, &zone, &place.element(position), &mut reader);
    }
    let schedule = reader.finish();
    if schedule.talks.len() > MAX_SESSIONS {
        problems.error(&place, format!("has more than {MAX_SESSIONS} sessions"));
    }
    if schedule.talks.is_empty() && !problems.are_fatal() {
        problems.warning(&place, "has no sessions");
    }
    schedule
}

fn read_day(value: &Value, zone: &TimeZone, place: &Place, reader: &mut Reader<'_>) {
    let Some(day) = value.as_object() else { return reader.problems.error(place, "must be an object") };
    let text = |name: &str| day.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let date = text("date").and_then(|text| {
        let written = Written::read(text);
        if written.is_none() {
            reader.problems.error(&place.field("date"), "must be a date like 2020-12-14");
        }
        written
    });
    let start = text("day_start").and_then(Written::read).filter(|start| !matches!(start, Written::Day(_)));
    let local = start.as_ref().map(Written::local);
    // Some programs write the time alone.
    let time = local.map(|at| at.time()).or_else(|| text("day_start").and_then(wall_time).map(|(_, time)| time));
    if time.is_none() && text("day_start").is_some() {
        reader.problems.warning(&place.field("day_start"), "is no time: the day is taken to begin at midnight");
    }
    let date = date.as_ref().map(Written::local).or(local).map(|at| at.date());
    let zone = start.as_ref().and_then(Written::zone).unwrap_or_else(|| zone.clone());
    let day_of = Day { date, start: time, zone };
    let rooms_place = place.field("rooms");
    match day.get("rooms") {
        None | Some(Value::Null) => {}
        Some(Value::Object(rooms)) => {
            for (room, sessions) in rooms {
                read_room(room, sessions, &day_of, &rooms_place.field(room), reader);
            }
        }
        // An empty map is an empty list to some programs.
        Some(Value::Array(rooms)) if rooms.is_empty() => {}
        Some(_) => reader.problems.error(&rooms_place, "must be an object of lists of sessions, by room"),
    }
}

fn read_room(room: &str, sessions: &Value, day: &Day, place: &Place, reader: &mut Reader<'_>) {
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

type Part<'a> = (&'a Map<String, Value>, Place);

fn object<'a>(file: &'a Value, name: &str, place: &Place, problems: &mut Problems) -> Option<Part<'a>> {
    match file.as_object() {
        Some(object) => part(object, name, place, problems),
        None => {
            problems.error(&place.field(name), "is missing");
            None
        }
    }
}

fn part<'a>(object: &'a Map<String, Value>, name: &str, place: &Place, problems: &mut Problems) -> Option<Part<'a>> {
    let place = place.field(name);
    match object.get(name) {
        Some(Value::Object(found)) => return Some((found, place)),
        Some(_) => problems.error(&place, "must be an object"),
        None => problems.error(&place, "is missing"),
    }
    None
}
