//! Reads the people of a schedule.

use std::collections::HashMap;

use serde_json::{Map, Value};
use url::Url;

use super::problems::{Place, Problems};
use super::texts::{address, key, line, long};
use crate::agenda::model::MAX_SPEAKERS;
use crate::speakers::person::Person;
use crate::text::fold;

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

    /// Reads the `persons` of a session; answers their positions among all people. Relative URLs are joined to `base`.
    pub(super) fn read(
        &mut self,
        session: &Map<String, Value>,
        base: Option<&Url>,
        place: &Place,
        problems: &mut Problems,
    ) -> Vec<usize> {
        let place = place.field("persons");
        let persons = match session.get("persons") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(persons)) => persons,
            Some(_) => {
                problems.error(&place, "must be a list of persons");
                return Vec::new();
            }
        };
        if persons.len() > MAX_SPEAKERS {
            problems.warning(&place, format!("has more than {MAX_SPEAKERS} persons. The others are ignored"));
        }
        let mut positions = Vec::new();
        for (position, person) in persons.iter().enumerate().take(MAX_SPEAKERS) {
            let Some(person) = person_of(person, base, &place.element(position), problems) else { continue };
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

fn person_of(value: &Value, base: Option<&Url>, place: &Place, problems: &mut Problems) -> Option<Person> {
    let nothing = Map::new();
    let fields = match value {
        Value::Object(fields) => fields,
        // Some schedules have a name in place of an object.
        Value::String(_) => &nothing,
        _ => {
            problems.error(place, "must be an object");
            return None;
        }
    };
    let mut known = |name: &str| key(fields.get(name), &place.field(name), problems);
    let (guid, code, id) = (known("guid"), known("code"), known("id"));
    if guid.is_none() {
        check_keys(code.as_deref(), id.as_deref(), place, problems);
    }
    let named = ["public_name", "name", "full_public_name"].iter().find_map(|name| {
        let value = fields.get(*name).filter(|value| !value.is_null() && value.as_str() != Some(""))?;
        line(Some(value), &place.field(name), problems)
    });
    let Some(name) = named.or_else(|| line(value.as_str().map(|_| value), place, problems)) else {
        problems.error(&place.field("public_name"), "is missing. A person needs a `public_name` or a `name`");
        return None;
    };
    let bio = long(fields.get("biography"), &place.field("biography"), problems);
    let avatar = ["avatar", "avatar_url", "avatar_path"]
        .iter()
        .find_map(|name| fields.get(*name).filter(|value| !value.is_null()));
    let photo_url = address(avatar, base, &place.field("avatar"), problems);
    Some(Person { guid, code, id, name, bio, photo_url })
}

/// Checks the keys of a person without a GUID. Without one they alone tell people apart, so a placeholder would merge
/// people.
fn check_keys(code: Option<&str>, id: Option<&str>, place: &Place, problems: &mut Problems) {
    let is_code = |code: &str| code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !code.is_none_or(is_code) {
        problems.error(&place.field("code"), "must have only letters A-Z, digits, `-` and `_`");
    }
    let is_number = |id: &str| id.bytes().all(|b| b.is_ascii_digit());
    let is_uuid = |id: &str| id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if !id.is_none_or(|id| is_number(id) || is_uuid(id)) {
        problems.error(&place.field("id"), "must be a number or a UUID");
    }
}
