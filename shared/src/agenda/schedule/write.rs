//! Writes an agenda as a schedule, in the format that imports read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time as WallTime};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::times::instant;
use crate::agenda::model::{Content, DraftSession, Link, Session, SessionSpeaker, Source};
use crate::conferences::model::Conference;
use crate::id::AgendaSessionId;
use crate::speakers::model::{Speaker, SpeakerId};
use crate::text::{Line, Slug, Text};
use crate::time::{Time, Zone};

/// A session to be written.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its id, which is its GUID if it has no other.
    pub id: AgendaSessionId,
    /// The content.
    pub content: &'a Content,
    /// The keys that it was imported with.
    pub source: Option<&'a Source>,
}

impl<'a> From<&'a Session> for Entry<'a> {
    fn from(session: &'a Session) -> Self {
        Self { id: session.id, content: &session.content, source: session.source.as_ref() }
    }
}

impl<'a> From<&'a DraftSession> for Entry<'a> {
    fn from(session: &'a DraftSession) -> Self {
        Self { id: session.id, content: &session.content, source: session.source.as_ref() }
    }
}

/// An agenda to be written.
#[derive(Debug)]
pub struct Export<'a> {
    /// The conference.
    pub conference: &'a Conference,
    /// The version that the schedule states.
    pub version: String,
    /// The time zone of all times.
    pub zone: &'a Zone,
    /// The sessions, by start time.
    pub sessions: Vec<Entry<'a>>,
    /// The speakers of the conference.
    pub speakers: &'a [Speaker],
}

/// Writes the schedule.
pub fn write(export: &Export<'_>) -> Value {
    let conference = export.conference;
    let days = days(export);
    let names = |name: fn(&Content) -> Option<&Line<100>>| -> BTreeSet<&str> {
        export.sessions.iter().filter_map(|entry| name(entry.content).map(Line::as_str)).collect()
    };
    let rooms = names(|content| content.stage.as_ref()).into_iter();
    let rooms: Vec<Value> = rooms.map(|room| json!({"name": room, "guid": room_guid(room)})).collect();
    let tracks = names(|content| content.track.as_ref()).into_iter();
    let tracks: Vec<Value> = tracks.map(|track| json!({"name": track})).collect();
    json!({"schedule": {"version": export.version, "conference": {
        "acronym": conference.slug.as_str().replace('-', "_"),
        "title": conference.name,
        "start": conference.start_date.to_string(),
        "end": conference.end_date.to_string(),
        "daysCount": days.len(),
        "timeslot_duration": "00:05",
        "time_zone_name": export.zone.name(),
        "rooms": rooms,
        "tracks": tracks,
        "days": days,
    }}})
}

/// The days that have sessions, each with its rooms.
fn days(export: &Export<'_>) -> Vec<Value> {
    let zone = export.zone;
    let speakers: BTreeMap<SpeakerId, &Speaker> = export.speakers.iter().map(|speaker| (speaker.id, speaker)).collect();
    let mut days: BTreeMap<Date, BTreeMap<&str, Vec<Value>>> = BTreeMap::new();
    for (position, entry) in export.sessions.iter().enumerate() {
        let day = days.entry(zone.at(entry.content.start).date()).or_default();
        let room = entry.content.stage.as_ref().map(Line::as_str).unwrap_or_default();
        let persons = entry.content.speakers.iter();
        let persons = persons.map(|one| person(one, speakers.get(&one.id).copied())).collect();
        day.entry(room).or_default().push(session(entry, position, persons, zone));
    }
    let day = |(position, (date, rooms)): (usize, (Date, BTreeMap<&str, Vec<Value>>))| {
        let at = |time: WallTime| instant(date.to_datetime(time), zone.time_zone()).map(|time| local(time, zone));
        json!({
            "index": position + 1,
            "date": date.to_string(),
            "day_start": at(WallTime::midnight()),
            "day_end": at(WallTime::constant(23, 59, 59, 0)),
            "rooms": rooms,
        })
    };
    days.into_iter().enumerate().map(day).collect()
}

fn session(entry: &Entry<'_>, position: usize, persons: Vec<Value>, zone: &Zone) -> Value {
    let content = entry.content;
    let known = |key: fn(&Source) -> &Option<String>| entry.source.and_then(|source| key(source).clone());
    let minutes = (content.end.millis() - content.start.millis()) / 60_000;
    // The format wants a number, and numbers of imported sessions are theirs.
    let number = known(|source| &source.id).and_then(|id| id.parse::<u64>().ok()).unwrap_or(position as u64 + 1);
    let mut event = json!({
        "guid": known(|source| &source.guid).unwrap_or_else(|| entry.id.uuid()),
        "id": number,
        "logo": content.logo_url,
        "date": local(content.start, zone),
        "start": zone.at(content.start).strftime("%H:%M").to_string(),
        "end": local(content.end, zone),
        "duration": format!("{:02}:{:02}", minutes / 60, minutes % 60),
        "room": content.stage.as_ref().map(Line::as_str).unwrap_or_default(),
        "slug": known(|source| &source.slug).unwrap_or_else(|| Slug::of(content.title.as_str(), "session").to_string()),
        "url": content.url.as_ref().map(ToString::to_string).unwrap_or_default(),
        "title": content.title,
        "subtitle": content.subtitle,
        "track": content.track,
        "type": content.kind.as_ref().map(Line::as_str).unwrap_or_default(),
        "language": content.language,
        "abstract": content.summary,
        "description": content.description,
        "do_not_record": content.do_not_record,
        "persons": persons,
        "links": references(&content.links),
        "attachments": references(&content.attachments),
    });
    if let Some(code) = known(|source| &source.code) {
        event["code"] = code.into();
    }
    event
}

/// Links or attachments. The format has no `null` in them.
fn references(links: &[Link]) -> Vec<Value> {
    let reference = |link: &Link| {
        let mut reference = json!({"url": link.url});
        for (name, text) in
            [("title", link.title.as_ref().map(Line::as_str)), ("type", link.kind.as_ref().map(Line::as_str))]
        {
            if let Some(text) = text {
                reference[name] = text.into();
            }
        }
        reference
    };
    links.iter().map(reference).collect()
}

/// The format has two forms of a person: one with an `id`, which is a number, and one with a `name`.
fn person(named: &SessionSpeaker, speaker: Option<&Speaker>) -> Value {
    let name = named.name.as_str();
    let source = speaker.and_then(|speaker| speaker.source.clone()).unwrap_or_default();
    let mut person = json!({
        "biography": speaker.and_then(|speaker| speaker.bio.as_ref()).map(Text::as_str),
        "avatar": speaker.and_then(|speaker| speaker.photo_url.as_ref()),
        "public_name": name,
    });
    match source.id.as_ref().and_then(|id| id.parse::<u64>().ok()) {
        Some(number) => person["id"] = number.into(),
        None => person["name"] = name.into(),
    }
    if let Some(code) = &source.code {
        person["code"] = code.as_str().into();
    }
    // Our own id is a GUID only for people without a key: an import would take it for a GUID of the schedule.
    let own = (source.code.is_none() && source.id.is_none()).then(|| named.id.uuid());
    if let Some(guid) = source.guid.or(own) {
        person["guid"] = guid.into();
    }
    person
}

/// A time with the offset of the zone: `2020-12-14T09:00:00+01:00`.
fn local(time: Time, zone: &Zone) -> String {
    zone.at(time).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

/// A GUID that depends on the room's name alone, so that it is the same in each export.
fn room_guid(room: &str) -> String {
    let hex = hex::encode(Sha256::digest(room));
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("-")
}
