//! Writes a release as a schedule, in the format that it could have been imported from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time as WallTime};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::times::instant;
use crate::agenda::model::{Content, Source};
use crate::conferences::model::Conference;
use crate::id::{AgendaSessionId, SpeakerId};
use crate::speakers::model::Speaker;
use crate::text::{Line, Slug, Text};
use crate::time::{Time, Zone};

/// A session to be written: its id, what it is, and what it was known by.
pub type Entry<'a> = (AgendaSessionId, &'a Content, Option<&'a Source>);

/// The schedule of these sessions.
pub fn write(
    conference: &Conference,
    version: &str,
    zone: &Zone,
    sessions: &[Entry<'_>],
    speakers: &[Speaker],
) -> Value {
    let by_id: BTreeMap<SpeakerId, &Speaker> = speakers.iter().map(|speaker| (speaker.id, speaker)).collect();
    let mut days: BTreeMap<Date, BTreeMap<&str, Vec<Value>>> = BTreeMap::new();
    for (position, entry) in sessions.iter().enumerate() {
        let day = days.entry(zone.at(entry.1.start).date()).or_default();
        let room = entry.1.stage.as_ref().map(Line::as_str).unwrap_or_default();
        day.entry(room).or_default().push(session(entry, position, zone, &by_id));
    }
    let rooms: BTreeSet<&str> =
        days.values().flat_map(BTreeMap::keys).copied().filter(|room| !room.is_empty()).collect();
    let rooms: Vec<Value> = rooms.into_iter().map(|room| json!({"name": room, "guid": room_guid(room)})).collect();
    let tracks: BTreeSet<&str> =
        sessions.iter().filter_map(|(_, content, _)| content.track.as_ref().map(Line::as_str)).collect();
    let tracks: Vec<Value> = tracks.into_iter().map(|track| json!({"name": track})).collect();
    let days: Vec<Value> = days
        .into_iter()
        .enumerate()
        .map(|(position, (date, rooms))| {
            let at = |time: WallTime| instant(date.to_datetime(time), zone.time_zone()).map(|time| local(time, zone));
            let end = WallTime::constant(23, 59, 59, 0);
            json!({
                "index": position + 1, "date": date.to_string(), "day_start": at(WallTime::midnight()), "day_end": at(end),
                "rooms": rooms,
            })
        })
        .collect();
    json!({"schedule": {"version": version, "conference": {
        "acronym": conference.slug.as_str().replace('-', "_"),
        "title": conference.name,
        "start": conference.start_date.to_string(),
        "end": conference.end_date.to_string(),
        "daysCount": days.len(),
        "timeslot_duration": "00:05",
        "time_zone_name": zone.name(),
        "rooms": rooms,
        "tracks": tracks,
        "days": days,
    }}})
}

fn session(
    (id, content, source): &Entry<'_>,
    position: usize,
    zone: &Zone,
    speakers: &BTreeMap<SpeakerId, &Speaker>,
) -> Value {
    let known = |key: fn(&Source) -> &Option<String>| source.and_then(|source| key(source).clone());
    let minutes = (content.end.millis() - content.start.millis()) / 60_000;
    let number = known(|source| &source.id).and_then(|id| id.parse::<u64>().ok()).unwrap_or(position as u64 + 1);
    let (title, start) = (content.title.as_str(), zone.at(content.start));
    let persons: Vec<Value> =
        content.speakers.iter().map(|one| person(one.id, one.name.as_str(), speakers.get(&one.id).copied())).collect();
    let mut event = json!({
        "guid": known(|source| &source.guid).unwrap_or_else(|| id.uuid()),
        "id": number,
        "logo": content.logo_url,
        "date": local(content.start, zone),
        "start": start.strftime("%H:%M").to_string(),
        "end": local(content.end, zone),
        "duration": format!("{:02}:{:02}", minutes / 60, minutes % 60),
        "room": content.stage.as_ref().map(Line::as_str).unwrap_or_default(),
        "slug": known(|source| &source.slug).unwrap_or_else(|| Slug::of(title, "session").to_string()),
        "url": content.url.as_ref().map(ToString::to_string).unwrap_or_default(),
        "title": title,
        "subtitle": content.subtitle,
        "track": content.track,
        "type": content.kind.as_ref().map(Line::as_str).unwrap_or_default(),
        "language": content.language,
        "abstract": content.summary,
        "description": content.description,
        "do_not_record": content.do_not_record,
        "persons": persons,
        "links": [],
        "attachments": [],
    });
    if let Some(code) = known(|source| &source.code) {
        event["code"] = code.into();
    }
    event
}

/// Somebody who speaks. The format has two forms of them, and who has a number is of the one, who has none of the other.
fn person(id: SpeakerId, name: &str, speaker: Option<&Speaker>) -> Value {
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
    // Whoever has a code or number is known by it; a GUID of ours would be taken for theirs.
    if let Some(guid) = source.guid.or_else(|| (source.code.is_none() && source.id.is_none()).then(|| id.uuid())) {
        person["guid"] = guid.into();
    }
    person
}

/// A point in time by the clocks of a zone: `2020-12-14T09:00:00+01:00`.
fn local(time: Time, zone: &Zone) -> String {
    zone.at(time).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

/// A room's GUID, which is always the same.
fn room_guid(room: &str) -> String {
    let hex = hex::encode(Sha256::digest(room));
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("-")
}
