//! What the sessions of a schedule refer to: its address, and the rooms, tracks and persons that it lists apart.

use std::collections::HashMap;

use serde_json::{Map, Value};
use url::Url;

use super::texts::text;
use crate::text::Line;

/// What sessions refer to.
#[derive(Debug, Default)]
pub(super) struct References<'a> {
    /// Relative URLs are joined to it.
    pub(super) base: Option<Url>,
    rooms: HashMap<String, Line<100>>,
    tracks: HashMap<String, Line<100>>,
    persons: HashMap<&'a str, &'a Map<String, Value>>,
}

impl<'a> References<'a> {
    /// Reads `base_url` and `persons` of the schedule, `rooms` and `tracks` of the conference.
    pub(super) fn read(schedule: &'a Map<String, Value>, conference: &'a Map<String, Value>) -> Self {
        let person = |person: &'a Value| Some((person.get("guid")?.as_str()?, person.as_object()?));
        Self {
            base: schedule.get("base_url").and_then(Value::as_str).and_then(|text| Url::parse(text).ok()),
            rooms: names(conference.get("rooms")),
            tracks: names(conference.get("tracks")),
            persons: list(schedule.get("persons")).filter_map(person).collect(),
        }
    }

    /// The name of a room that a session calls so.
    pub(super) fn room(&self, called: Line<100>) -> Line<100> {
        self.rooms.get(called.as_str()).cloned().unwrap_or(called)
    }

    /// The name of a track that a session calls so.
    pub(super) fn track(&self, called: Line<100>) -> Line<100> {
        self.tracks.get(called.as_str()).cloned().unwrap_or(called)
    }

    /// What the schedule says of a person apart from the sessions.
    pub(super) fn person(&self, guid: &str) -> Option<&'a Map<String, Value>> {
        self.persons.get(guid).copied()
    }
}

/// The names of rooms or tracks, by what else sessions call them.
fn names(value: Option<&Value>) -> HashMap<String, Line<100>> {
    let mut names = HashMap::new();
    for one in list(value) {
        let Some(name) = one.get("name").and_then(text).and_then(|name| name.parse().ok()) else { continue };
        for key in ["slug", "guid"] {
            if let Some(key) = one.get(key).and_then(Value::as_str) {
                names.insert(key.to_owned(), Line::clone(&name));
            }
        }
    }
    names
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
