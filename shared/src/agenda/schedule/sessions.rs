//! Reads the sessions of a schedule.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value};

use super::day::Day;
use super::links::links;
use super::parsed::{ParsedSession, Schedule};
use super::people::{People, people_of};
use super::problems::{Place, Problems};
use super::references::References;
use super::texts::{address, key, line, long};
use super::times::{MAX_MINUTES, Written, duration, instant, on_day, wall_time};
use crate::agenda::model::{Content, Source};
use crate::speakers::person::Person;
use crate::text::{Line, Slug};
use crate::time::Time;

/// Length of a session whose duration is zero. Programs write zero for announcements, and a session has to end after it
/// starts.
const SHORTEST: Duration = Duration::from_secs(300);
/// What happens to a session without a title or a time.
const LEFT_OUT: &str = "The session is left out";

/// Reads session after session.
pub(super) struct SessionReader<'a> {
    pub(super) problems: &'a mut Problems,
    references: References<'a>,
    sessions: Vec<ParsedSession>,
    left_out: Vec<Source>,
    people: People,
    guids: BTreeSet<String>,
    /// Counts of sessions without a key, by the slug that stands in for it.
    unnamed: BTreeMap<String, usize>,
}

impl<'a> SessionReader<'a> {
    /// The reader of sessions that refer to `references`.
    pub(super) fn new(references: References<'a>, problems: &'a mut Problems) -> Self {
        let (sessions, people, left_out) = (Vec::new(), People::default(), Vec::new());
        Self { problems, references, sessions, left_out, people, guids: BTreeSet::new(), unnamed: BTreeMap::new() }
    }

    /// Whether no session was found yet.
    pub(super) const fn has_read_nothing(&self) -> bool {
        self.sessions.is_empty() && self.left_out.is_empty()
    }

    /// All sessions and people that were read. Warnings are with the problems.
    pub(super) fn finish(self) -> Schedule {
        let (sessions, people, left_out) = (self.sessions, self.people.into_vec(), self.left_out);
        Schedule { sessions, people, left_out, warnings: Vec::new() }
    }

    /// Reads a session that is listed under this room and day.
    pub(super) fn read(&mut self, room: &str, value: &Value, day: &Day, place: &Place) {
        let Some(session) = value.as_object() else { return self.problems.odd(place, "must be an object", LEFT_OUT) };
        let title: Option<Line<500>> = line(session.get("title"), &place.field("title"), self.problems);
        if title.is_none() {
            self.problems.odd(&place.field("title"), "is missing", LEFT_OUT);
        }
        let times = self.times(session, day, place);
        let source = self.source(session, title.as_ref(), place);
        let people = people_of(session, &self.references, place, self.problems);
        // All fields are read even if the session is left out, so that all of its problems are reported.
        match self.content(room, session, title, times, place) {
            Some(content) => self.add(source, content, people, place),
            None => self.left_out.push(source),
        }
    }

    /// Adds a session. If its GUID is another session's, it is known by its other keys.
    fn add(&mut self, mut source: Source, content: Content, people: Vec<Person>, place: &Place) {
        let is_repeated = source.guid.as_ref().is_some_and(|guid| !self.guids.insert(guid.to_lowercase()));
        if is_repeated {
            let is_same = self.sessions.iter().any(|known| known.content == content);
            let remedy = if is_same { LEFT_OUT } else { "It is ignored" };
            self.problems.odd(&place.field("guid"), "is the GUID of another session too", remedy);
            if is_same {
                return;
            }
            source.guid = None;
            self.name(&mut source, &content.title);
        }
        let people = self.people.add_all(people);
        self.sessions.push(ParsedSession { source, content, people });
    }

    /// The content; `None` without title or times.
    fn content(
        &mut self,
        room: &str,
        session: &Map<String, Value>,
        title: Option<Line<500>>,
        times: Option<(Time, Time)>,
        place: &Place,
    ) -> Option<Content> {
        let (references, problems) = (&self.references, &mut *self.problems);
        let base = references.base.as_ref();
        let track = line(session.get("track"), &place.field("track"), problems);
        let track = track.map(|track| references.track(track));
        let kind = line(session.get("type"), &place.field("type"), problems);
        // Some programs list all sessions under one nameless room, and write the room into the session.
        let stage = line(Some(&Value::from(room)), place, problems)
            .or_else(|| line(session.get("room"), &place.field("room"), problems).map(|room| references.room(room)));
        let subtitle = line(session.get("subtitle"), &place.field("subtitle"), problems);
        let language = line(session.get("language"), &place.field("language"), problems);
        let summary = long(session.get("abstract"), &place.field("abstract"), problems);
        let description = long(session.get("description"), &place.field("description"), problems);
        let url = address(session.get("url"), base, &place.field("url"), problems);
        let logo_url = address(session.get("logo"), base, &place.field("logo"), problems);
        let links_to =
            |name: &str, problems: &mut Problems| links(session.get(name), base, &place.field(name), problems);
        let (links, attachments) = (links_to("links", problems), links_to("attachments", problems));
        let do_not_record = forbids_recording(session, place, problems);
        let (start, end) = times?;
        let speakers = Vec::new();
        Some(Content {
            title: title?,
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
            links,
            attachments,
        })
    }

    /// The keys of the session.
    fn source(&mut self, session: &Map<String, Value>, title: Option<&Line<500>>, place: &Place) -> Source {
        let mut known = |name: &str| key(session.get(name), &place.field(name), self.problems);
        let (guid, code, id, slug) = (known("guid"), known("code"), known("id"), known("slug"));
        if session.get("id").is_some_and(Value::is_string) {
            self.problems.deviation(&place.field("id"), "should be a number");
        }
        // `key` has told of an object already.
        if guid.is_none() && !session.get("guid").is_some_and(Value::is_object) {
            self.problems.deviation(&place.field("guid"), "is missing");
        }
        let mut source = Source { guid, code, id, slug, digest: None };
        if let Some(title) = title {
            self.name(&mut source, title);
        }
        source
    }

    /// Gives a session without any key a slug, so that the next import finds the session again. It is numbered if titles
    /// repeat.
    fn name(&mut self, source: &mut Source, title: &Line<500>) {
        if source.guid.is_some() || source.code.is_some() || source.id.is_some() || source.slug.is_some() {
            return;
        }
        let name = Slug::of(title.as_str(), "session").to_string();
        let count = self.unnamed.entry(name.clone()).or_default();
        *count += 1;
        source.slug = Some(if *count == 1 { name } else { format!("{name}~{count}") });
    }

    /// Start and end.
    fn times(&mut self, session: &Map<String, Value>, day: &Day, place: &Place) -> Option<(Time, Time)> {
        let start = self.start(session, day, place)?;
        let length = length(session, start, day);
        let field = place.field("duration");
        match length {
            None => self.problems.odd(&field, "must be a duration like 00:45 (hours and minutes)", LEFT_OUT),
            Some(millis) if !(0..=MAX_MINUTES * 60_000).contains(&millis) => {
                self.problems.odd(&field, "must be at most 14 days, and not negative", LEFT_OUT);
            }
            Some(0) => {
                self.problems.warning(&field, "is zero. The session gets five minutes");
                return Some((start, start.plus(SHORTEST)));
            }
            Some(millis) => return Some((start, start.plus(Duration::from_millis(millis.unsigned_abs())))),
        }
        None
    }

    fn start(&mut self, session: &Map<String, Value>, day: &Day, place: &Place) -> Option<Time> {
        let text = |name: &str| session.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let written = text("date").and_then(Written::read);
        if written.is_none() && text("date").is_some() {
            self.problems.odd(&place.field("date"), "must be a date like 2020-12-14T09:00:00+01:00", "It is ignored");
        }
        let own_date = if let Some(Written::Day(date)) = written { Some(date) } else { None };
        // Version 2 of the format has the whole time in `start`.
        let whole = [("date", written), ("start", text("start").and_then(Written::read))].into_iter();
        let mut whole = whole.filter_map(|(name, written)| Some((name, written?)));
        if let Some((name, at)) = whole.find(|(_, written)| !matches!(written, Written::Day(_))) {
            return self.plausible(at.at(&day.zone), &place.field(name));
        }
        let (Some(date), Some(time)) = (own_date.or(day.date), text("start").and_then(wall_time)) else {
            let (field, message) = if session.get("start").is_some() && own_date.or(day.date).is_some() {
                ("start", "must be a time like 09:00")
            } else {
                ("date", "is missing, and the day has no date or the session no `start`")
            };
            self.problems.odd(&place.field(field), message, LEFT_OUT);
            return None;
        };
        // A session that names another day than the one it is listed under means the day of the calendar. Otherwise
        // what is before the start of the day is in the night after it.
        let day_start = day.start.filter(|_| own_date.is_none() || own_date == day.date);
        let at = on_day(date, time, day_start).and_then(|local| instant(local, &day.zone));
        self.plausible(at, &place.field("start"))
    }

    fn plausible(&mut self, at: Option<Time>, place: &Place) -> Option<Time> {
        let plausible = at.filter(|at| at.is_plausible());
        if plausible.is_none() {
            self.problems.odd(place, "must be between 1970 and 2199", LEFT_OUT);
        }
        plausible
    }
}

/// Whether a session must not be recorded. Programs write that as a boolean, a number or a word; version 2 of the format
/// as `recording.optout`.
fn forbids_recording(session: &Map<String, Value>, place: &Place, problems: &mut Problems) -> bool {
    let recording = session.get("recording").and_then(Value::as_object);
    let mut forbids = |value: Option<&Value>, place: &Place| {
        let meant = value.map_or(Some(false), truth);
        if meant.is_none() {
            // Whoever writes something here has a reservation.
            problems.odd(place, "must be true or false", "The session must not be recorded");
        }
        meant.unwrap_or(true)
    };
    let own = forbids(session.get("do_not_record"), &place.field("do_not_record"));
    let optout = recording.and_then(|recording| recording.get("optout"));
    forbids(optout, &place.field("recording").field("optout")) || own
}

/// A boolean, as programs write it.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "" | "0" | "false" | "no" | "n" | "off" => Some(false),
            "1" | "true" | "yes" | "y" | "on" => Some(true),
            _ => None,
        },
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The length of a session in milliseconds, by its end or its duration.
fn length(session: &Map<String, Value>, start: Time, day: &Day) -> Option<i64> {
    let value = |name: &str| session.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""));
    let end = value("end").and_then(Value::as_str).and_then(Written::read);
    let end = end.filter(|end| !matches!(end, Written::Day(_))).and_then(|end| end.at(&day.zone));
    match (end, value("duration")) {
        (Some(end), _) => Some(end.millis() - start.millis()),
        (None, Some(Value::String(text))) => duration(text)?.checked_mul(1000),
        // A number is minutes.
        (None, Some(Value::Number(minutes))) => minutes.as_i64()?.checked_mul(60_000),
        (None, _) => None,
    }
}
