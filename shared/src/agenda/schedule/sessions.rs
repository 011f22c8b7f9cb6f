//! Reads the sessions of a schedule.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::day::Day;
use super::parsed::{ParsedSession, Schedule};
use super::people::People;
use super::problems::{Place, Problems};
use super::texts::{address, key, line, long};
use super::times::{MAX_MINUTES, Written, duration, instant, on_day, wall_time};
use crate::agenda::model::{Content, Source};
use crate::text::{Line, Slug};
use crate::time::Time;

/// Length of a session whose duration is zero. Programs write zero for announcements, and a session has to end after it
/// starts.
const SHORTEST: Duration = Duration::from_secs(300);

/// Reads session after session.
pub(super) struct SessionReader<'a> {
    pub(super) problems: &'a mut Problems,
    base: Option<Url>,
    sessions: Vec<ParsedSession>,
    people: People,
    guids: BTreeSet<String>,
    /// Counts of sessions without a key, by the slug that stands in for it.
    unnamed: BTreeMap<String, usize>,
}

impl<'a> SessionReader<'a> {
    /// Relative URLs are joined to `base`.
    pub(super) fn new(base: Option<Url>, problems: &'a mut Problems) -> Self {
        let (sessions, people) = (Vec::new(), People::default());
        Self { problems, base, sessions, people, guids: BTreeSet::new(), unnamed: BTreeMap::new() }
    }

    /// All sessions and people that were read. Warnings are with the problems.
    pub(super) fn finish(self) -> Schedule {
        Schedule { sessions: self.sessions, people: self.people.into_vec(), warnings: Vec::new() }
    }

    /// Reads a session that is listed under this room and day.
    pub(super) fn read(&mut self, room: &str, value: &Value, day: &Day, place: &Place) {
        let Some(session) = value.as_object() else { return self.problems.error(place, "must be an object") };
        let title: Option<Line<500>> = line(session.get("title"), &place.field("title"), self.problems);
        if title.is_none() {
            self.problems.error(&place.field("title"), "is missing");
        }
        let times = self.times(session, day, place);
        let source = self.source(session, title.as_ref(), place);
        let people = self.people.read(session, self.base.as_ref(), place, self.problems);
        // All fields are read even if the session is refused, so that all of its problems are reported.
        if let Some(content) = self.content(room, session, title, times, place) {
            self.sessions.push(ParsedSession { source, content, people });
        }
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
        let (base, problems) = (self.base.as_ref(), &mut *self.problems);
        let track = line(session.get("track"), &place.field("track"), problems);
        let kind = line(session.get("type"), &place.field("type"), problems);
        // Some programs list all sessions under one nameless room, and write the room into the session.
        let stage = line(Some(&Value::from(room)), place, problems)
            .or_else(|| line(session.get("room"), &place.field("room"), problems));
        let subtitle = line(session.get("subtitle"), &place.field("subtitle"), problems);
        let language = line(session.get("language"), &place.field("language"), problems);
        let summary = long(session.get("abstract"), &place.field("abstract"), problems);
        let description = long(session.get("description"), &place.field("description"), problems);
        let url = address(session.get("url"), base, &place.field("url"), problems);
        let logo_url = address(session.get("logo"), base, &place.field("logo"), problems);
        let do_not_record = session.get("do_not_record").and_then(Value::as_bool).unwrap_or_default();
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
        })
    }

    /// The keys of the session.
    fn source(&mut self, session: &Map<String, Value>, title: Option<&Line<500>>, place: &Place) -> Source {
        let mut known = |name: &str| key(session.get(name), &place.field(name), self.problems);
        let (guid, code, id, mut slug) = (known("guid"), known("code"), known("id"), known("slug"));
        if session.get("id").is_some_and(Value::is_string) {
            self.problems.deviation(&place.field("id"), "should be a number");
        }
        match &guid {
            Some(guid) if !self.guids.insert(guid.to_lowercase()) => {
                self.problems.error(&place.field("guid"), "is the GUID of another session too");
            }
            Some(_) => {}
            // `key` has refused this one already.
            None if session.get("guid").is_some_and(Value::is_object) => {}
            None => self.problems.deviation(&place.field("guid"), "is missing"),
        }
        if guid.is_none() && code.is_none() && id.is_none() && slug.is_none() {
            slug = Some(self.stand_in(title));
        }
        Source { guid, code, id, slug, digest: None }
    }

    /// A slug for a session without any key, so that the next import finds the session again. It is numbered if titles
    /// repeat.
    fn stand_in(&mut self, title: Option<&Line<500>>) -> String {
        let name = title.map(|title| Slug::of(title.as_str(), "session").to_string()).unwrap_or_default();
        let count = self.unnamed.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name}~{count}") }
    }

    /// Start and end.
    fn times(&mut self, session: &Map<String, Value>, day: &Day, place: &Place) -> Option<(Time, Time)> {
        let start = self.start(session, day, place)?;
        let length = length(session, start, day);
        let field = place.field("duration");
        match length {
            None => self.problems.error(&field, "must be a duration like 00:45 (hours and minutes)"),
            Some(millis) if !(0..=MAX_MINUTES * 60_000).contains(&millis) => {
                self.problems.error(&field, "must be at most 14 days, and not negative");
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
        let written = text("date").map(Written::read);
        if written == Some(None) {
            self.problems.error(&place.field("date"), "must be a date like 2020-12-14T09:00:00+01:00");
            return None;
        }
        let own_date = match written.flatten() {
            Some(written @ (Written::Exact(..) | Written::Local(_))) => {
                return self.plausible(written.at(&day.zone), &place.field("date"));
            }
            Some(Written::Day(date)) => Some(date),
            None => None,
        };
        let (Some(date), Some(time)) = (own_date.or(day.date), text("start").and_then(wall_time)) else {
            let (field, message) = if session.get("start").is_some() && own_date.or(day.date).is_some() {
                ("start", "must be a time like 09:00")
            } else {
                ("date", "is missing, and the day has no date or the session no `start`")
            };
            self.problems.error(&place.field(field), message);
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
            self.problems.error(place, "must be between 1970 and 2199");
        }
        plausible
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
