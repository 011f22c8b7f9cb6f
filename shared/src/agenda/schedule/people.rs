//! Reads the people of a schedule.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::problems::{Place, Problems};
use super::references::References;
use super::texts::{address, key, line, long};
use crate::agenda::model::MAX_SPEAKERS;
use crate::speakers::person::Person;
use crate::text::fold;

/// What happens to a person who cannot be named.
const LEFT_OUT: &str = "The person is left out";

/// The people who were read so far, each once.
#[derive(Debug, Default)]
pub(super) struct People {
    people: Vec<Person>,
    /// Positions of the people by their surest key.
    positions: HashMap<String, usize>,
}

impl People {
    /// All people, in the order in which they were found.
    pub(super) fn into_vec(self) -> Vec<Person> {
        self.people
    }

    /// Adds the people of a session; answers their positions among all people.
    pub(super) fn add_all(&mut self, persons: Vec<Person>) -> Vec<usize> {
        let mut positions = Vec::new();
        for person in persons {
            let position = self.add(person);
            if !positions.contains(&position) {
                positions.push(position);
            }
        }
        positions
    }

    /// The position of a person, who may speak in several sessions. What one session leaves out another may say.
    fn add(&mut self, person: Person) -> usize {
        let key = key_of(&person);
        if let Some(position) = self.positions.get(&key).copied() {
            let known = &mut self.people[position];
            known.bio = known.bio.take().or(person.bio);
            known.photo_url = known.photo_url.take().or(person.photo_url);
            return position;
        }
        self.people.push(person);
        self.positions.insert(key, self.people.len() - 1);
        self.people.len() - 1
    }
}

/// Reads the people of a session: its `persons`, which version 2 of the format calls `participants`.
pub(super) fn people_of(
    session: &Map<String, Value>,
    references: &References<'_>,
    place: &Place,
    problems: &mut Problems,
) -> Vec<Person> {
    let present = |name: &&str| session.get(*name).is_some_and(|value| !value.is_null());
    let Some(name) = ["persons", "participants"].into_iter().find(present) else { return Vec::new() };
    let place = place.field(name);
    let Some(persons) = session.get(name).and_then(Value::as_array) else {
        problems.odd(&place, "must be a list of persons", "It is ignored");
        return Vec::new();
    };
    if persons.len() > MAX_SPEAKERS {
        problems.warning(&place, format!("has more than {MAX_SPEAKERS} persons. The others are ignored"));
    }
    let persons = persons.iter().enumerate().take(MAX_SPEAKERS);
    persons.filter_map(|(n, person)| person_of(person, references, &place.element(n), problems)).collect()
}

/// The surest key of a person within the schedule.
fn key_of(person: &Person) -> String {
    let name = fold(person.name.as_str());
    match (&person.guid, &person.code, &person.id) {
        (Some(guid), _, _) => format!("guid {guid}"),
        (None, Some(code), _) => format!("code {code}"),
        // Schedules that were merged from several use one number for several people.
        (None, None, Some(id)) => format!("id {id} {name}"),
        (None, None, None) => format!("name {name}"),
    }
}

fn person_of(value: &Value, references: &References<'_>, place: &Place, problems: &mut Problems) -> Option<Person> {
    let nothing = Map::new();
    let fields = match value {
        Value::Object(fields) => fields,
        // Some schedules have a name in place of an object.
        Value::String(_) => &nothing,
        _ => {
            problems.odd(place, "must be an object", LEFT_OUT);
            return None;
        }
    };
    let mut known = |name: &str| key(fields.get(name), &place.field(name), problems);
    let (guid, mut code, mut id) = (known("guid"), known("code"), known("id"));
    if guid.is_none() {
        (code, id) = usable_keys(code, id, place, problems);
    }
    let apart = guid.as_deref().and_then(|guid| references.person(guid));
    let field = |name: &str| fields.get(name).or_else(|| apart?.get(name));
    let named = ["public_name", "name", "full_public_name"].iter().find_map(|name| {
        let value = field(name).filter(|value| !value.is_null() && value.as_str() != Some(""))?;
        line(Some(value), &place.field(name), problems)
    });
    let Some(name) = named.or_else(|| line(value.as_str().map(|_| value), place, problems)) else {
        problems.odd(&place.field("public_name"), "is missing. A person needs a `public_name` or a `name`", LEFT_OUT);
        return None;
    };
    let bio = long(field("biography"), &place.field("biography"), problems);
    let avatar =
        ["avatar", "avatar_url", "avatar_path"].iter().find_map(|name| field(name).filter(|value| !value.is_null()));
    let photo_url = address(avatar, references.base.as_ref(), &place.field("avatar"), problems);
    Some(Person { guid, code, id, name, bio, photo_url })
}

/// The keys of a person without a GUID, as far as they are any. Without a GUID they alone tell people apart, so a
/// placeholder would merge people.
fn usable_keys(
    code: Option<String>,
    id: Option<String>,
    place: &Place,
    problems: &mut Problems,
) -> (Option<String>, Option<String>) {
    let is_code = |code: &str| code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let usable_code = code.filter(|code| {
        if !is_code(code) {
            let message = "must have only letters A-Z, digits, `-` and `_`";
            problems.odd(&place.field("code"), message, "It is ignored");
        }
        is_code(code)
    });
    let is_number = |id: &str| id.bytes().all(|b| b.is_ascii_digit());
    let is_uuid = |id: &str| id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let usable_id = id.filter(|id| {
        let is_usable = is_number(id) || is_uuid(id);
        if !is_usable {
            problems.odd(&place.field("id"), "must be a number or a UUID", "It is ignored");
        }
        is_usable
    });
    (usable_code, usable_id)
}
