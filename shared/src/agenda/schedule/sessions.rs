//! Reads the sessions of a schedule, and those who speak in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::problems::{Place, Problems};
use super::read::Day;
use super::texts::{address, key, line, long};
use super::times::{MAX_MINUTES, Written, duration, instant, on_day, wall_time};
use super::{Schedule, Talk};
use crate::agenda::model::{Content, MAX_SPEAKERS, Source};
use crate::speakers::import::Person;
use crate::text::{Line, Slug, fold};
use crate::time::Time;

/// How long a session takes that is said to take no time.
const SLOT: Duration = Duration::from_secs(300);

/// Reads session after session.
pub(super) struct Reader<'a> {
    /// What is wrong.
    pub(super) problems: &'a mut Problems,
    base: Option<Url>,
    talks: Vec<Talk>,
    people: Vec<Person>,
    guids: BTreeSet<String>,
    /// Sessions that have no key of their own, by the name that they get.
    unnamed: BTreeMap<String, usize>,
    /// People by what they are known by.
    known: HashMap<String, usize>,
}

impl<'a> Reader<'a> {
    /// Reads a file whose addresses are relative to `base`.
    pub(super) fn new(base: Option<Url>, problems: &'a mut Problems) -> Self {
        let (talks, people) = (Vec::new(), Vec::new());
        let (guids, unnamed, known) = (BTreeSet::new(), BTreeMap::new(), HashMap::new());
        Self { problems, base, talks, people, guids, unnamed, known }
    }

    /// All that was read.
    pub(super) fn finish(self) -> Schedule {
        Schedule { talks: self.talks, people: self.people, warnings: Vec::new() }
    }

    /// Reads a session in a room on a day.
    pub(super) fn read(&mut self, room: &str, value: &Value, day: &Day, place: &Place) {
        let Some(session) = value.as_object() else { return self.problems.error(place, "must be an object") };
        let title: Option<Line<500>> = line(session.get("title"), &place.field("title"), self.problems);
        if title.is_none() {
            self.problems.error(&place.field("title"), "is missing");
        }
        let times = self.times(session, day, place);
        let source = self.source(session, title.as_ref(), place);
        let people = self.people(session, place);
        let base = self.base.as_ref();
        let problems = &mut *self.problems;
        let mut field = |name: &str| line(session.get(name), &place.field(name), problems);
        let (subtitle, language) = (field("subtitle"), session.get("language"));
        let mut name = |name: &str| line(session.get(name), &place.field(name), problems);
        let (track, kind) = (name("track"), name("type"));
        let room = Value::from(room);
        let stage =
            line(Some(&room), place, problems).or_else(|| line(session.get("room"), &place.field("room"), problems));
        let language = line(language, &place.field("language"), problems);
        let summary = long(session.get("abstract"), &place.field("abstract"), problems);
        let description = long(session.get("description"), &place.field("description"), problems);
        let url = address(session.get("url"), base, &place.field("url"), problems);
        let logo_url = address(session.get("logo"), base, &place.field("logo"), problems);
        let do_not_record = session.get("do_not_record").and_then(Value::as_bool).unwrap_or_default();
        let (Some(title), Some((start, end))) = (title, times) else { return };
        let speakers = Vec::new();
        let content = Content {
            title,
            subtitle,
            summary,
            description,
            start,
            end,
            stage,
            track,
            kind,
            language,
            speakers,
            url,
            logo_url,
            do_not_record,
        };
        self.talks.push(Talk { source, content, people });
    }

    /// What the session is known by.
    fn source(&mut self, session: &Map<String, Value>, title: Option<&Line<500>>, place: &Place) -> Source {
        let mut known = |name: &str| key(session.get(name), &place.field(name), self.problems);
        let (guid, code, id, mut slug) = (known("guid"), known("code"), known("id"), known("slug"));
        if session.get("id").is_some_and(Value::is_string) {
            self.problems.deviation(&place.field("id"), "should be a number");
        }
        match &guid {
            Some(guid) if !self.guids.insert(guid.to_lowercase()) => {
                self.problems.error(&place.field("guid"), "is another session's, too");
            }
            Some(_) => {}
            None if session.get("guid").is_some_and(Value::is_object) => {}
            None => self.problems.deviation(&place.field("guid"), "is missing"),
        }
        if guid.is_none() && code.is_none() && id.is_none() && slug.is_none() {
            let name = title.map(|title| Slug::of(title.as_str(), "session").to_string()).unwrap_or_default();
            let count = self.unnamed.entry(name.clone()).or_default();
            *count += 1;
            slug = Some(if *count == 1 { name } else { format!("{name}~{count}") });
        }
        Source { guid, code, id, slug, digest: None }
    }

    /// When it begins and ends.
    fn times(&mut self, session: &Map<String, Value>, day: &Day, place: &Place) -> Option<(Time, Time)> {
        let start = self.start(session, day, place)?;
        let text = |name: &str| session.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""));
        let end =
            text("end").and_then(Value::as_str).and_then(Written::read).filter(|end| !matches!(end, Written::Day(_)));
        let millis = match (end.and_then(|end| end.at(&day.zone)), text("duration")) {
            (Some(end), _) => Some(end.millis() - start.millis()),
            (None, Some(Value::String(text))) => duration(text).and_then(|seconds| seconds.checked_mul(1000)),
            // A number is minutes.
            (None, Some(Value::Number(minutes))) => minutes.as_i64().and_then(|minutes| minutes.checked_mul(60_000)),
            (None, _) => None,
        };
        let field = place.field("duration");
        match millis {
            None => self.problems.error(&field, "must be a duration like 00:45 (hours and minutes)"),
            Some(millis) if !(0..=MAX_MINUTES * 60_000).contains(&millis) => {
                self.problems.error(&field, "must be from no time to 14 days");
            }
            Some(0) => {
                self.problems.warning(&field, "is no time at all: five minutes are taken");
                return Some((start, start.plus(SLOT)));
            }
            Some(millis) => return Some((start, start.plus(Duration::from_millis(millis.unsigned_abs())))),
        }
        None
    }

    fn start(&mut self, session: &Map<String, Value>, day: &Day, place: &Place) -> Option<Time> {
        let text = |name: &str| session.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let date = match text("date") {
            Some(date) => {
                let written = Written::read(date);
                if written.is_none() {
                    self.problems.error(&place.field("date"), "must be a date like 2020-12-14T09:00:00+01:00");
                    return None;
                }
                written
            }
            None => None,
        };
        if let Some(written @ (Written::Exact(..) | Written::Local(_))) = &date {
            return written.at(&day.zone);
        }
        let date = date.map(|day| day.local().date()).or(day.date);
        let time = text("start").and_then(wall_time);
        let (Some(date), Some(time)) = (date, time) else {
            let (field, message) = if session.get("start").is_some() && date.is_some() {
                ("start", "must be a time like 09:00")
            } else {
                ("date", "is missing, and day and start do not say it either")
            };
            self.problems.error(&place.field(field), message);
            return None;
        };
        let local = on_day(date, time, day.start).and_then(|local| instant(local, &day.zone));
        if local.is_none() {
            self.problems.error(&place.field("start"), "is no time of this day");
        }
        local
    }

    /// Those who speak, as positions among all people.
    fn people(&mut self, session: &Map<String, Value>, place: &Place) -> Vec<usize> {
        let place = place.field("persons");
        let persons = match session.get("persons") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(persons)) => persons,
            Some(_) => {
                self.problems.error(&place, "must be a list of persons");
                return Vec::new();
            }
        };
        if persons.len() > MAX_SPEAKERS {
            self.problems.warning(&place, format!("has more than {MAX_SPEAKERS} persons: the others are left out"));
        }
        let mut found = Vec::new();
        for (position, person) in persons.iter().enumerate().take(MAX_SPEAKERS) {
            if let Some(person) = self.person(person, &place.element(position))
                && !found.contains(&person)
            {
                found.push(person);
            }
        }
        found
    }

    fn person(&mut self, value: &Value, place: &Place) -> Option<usize> {
        let alone = Map::new();
        let fields = match value {
            Value::Object(fields) => fields,
            // Some schedules have names only.
            Value::String(_) => &alone,
            _ => {
                self.problems.error(place, "must be an object");
                return None;
            }
        };
        let named = ["public_name", "name", "full_public_name"].iter().find_map(|name| {
            let value = fields.get(*name).filter(|value| !value.is_null() && value.as_str() != Some(""))?;
            line(Some(value), &place.field(name), self.problems)
        });
        let named = named.or_else(|| line(value.as_str().map(|_| value), place, self.problems));
        let mut known = |name: &str| key(fields.get(name), &place.field(name), self.problems);
        let (guid, code, id) = (known("guid"), known("code"), known("id"));
        // Without a GUID these are all that tells who it is.
        if let Some(code) = code.as_ref().filter(|_| guid.is_none())
            && !code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            self.problems.error(&place.field("code"), "must be letters A-Z and digits");
        }
        if let Some(id) = id.as_ref().filter(|_| guid.is_none())
            && !is_number_or_uuid(id)
        {
            self.problems.error(&place.field("id"), "must be a number");
        }
        let Some(name) = named else {
            self.problems.error(&place.field("public_name"), "is missing, and so is name");
            return None;
        };
        let bio = long(fields.get("biography"), &place.field("biography"), self.problems);
        let avatar = ["avatar", "avatar_url", "avatar_path"]
            .iter()
            .find_map(|name| fields.get(*name).filter(|value| !value.is_null()));
        let photo_url = address(avatar, self.base.as_ref(), &place.field("avatar"), self.problems);
        Some(self.register(Person { guid, code, id, name, bio, photo_url }))
    }

    /// The position of somebody among all people: they may speak in several sessions.
    fn register(&mut self, person: Person) -> usize {
        let name = fold(person.name.as_str());
        let key = match (&person.guid, &person.code, &person.id) {
            (Some(guid), _, _) => format!("guid {guid}"),
            (None, Some(code), _) => format!("code {code}"),
            // Schedules that were put together of several have numbers that mean several people.
            (None, None, Some(id)) => format!("id {id} {name}"),
            (None, None, None) => format!("name {name}"),
        };
        if let Some(position) = self.known.get(&key).copied() {
            let first = &mut self.people[position];
            first.bio = first.bio.take().or(person.bio);
            first.photo_url = first.photo_url.take().or(person.photo_url);
            return position;
        }
        self.people.push(person);
        self.known.insert(key, self.people.len() - 1);
        self.people.len() - 1
    }
}

fn is_number_or_uuid(id: &str) -> bool {
    let digits = id.bytes().all(|b| b.is_ascii_digit());
    digits || (id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'))
}
