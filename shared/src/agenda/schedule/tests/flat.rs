//! Version 2 of the format: all sessions in one list, which refers to rooms, tracks and persons.

use serde_json::{Value, json};

use super::{of, reading, session};

/// A schedule with these events.
fn flat(events: &Value) -> Value {
    json!({"schedule": {
        "version": "2024-12-26 20:23", "base_url": "https://example.org/hub/",
        "conference": {
            "acronym": "democon", "title": "DemoCon", "time_zone_name": "Europe/Berlin",
            "tracks": [{"name": "Art & Beauty", "slug": "art-beauty"}],
            "rooms": [{"name": "Hall 1", "slug": "hall-1", "guid": "ba692ba3-421b-5371-8309-60acc34a3c05"}],
            "days": [{"index": 1, "date": "2024-12-27", "start": "2024-12-27T09:30:00+00:00", "end": "2024-12-28T06:00:00+01:00"}],
        },
        "events": events,
        "persons": [{"guid": "0c16ffaa-709d-599f-959f-9a38b911361a", "name": "Asha Rao", "biography": "Speaks.",
                     "avatar": {"url": "/asha.png"}}],
    }})
}

#[test]
fn events_are_read_with_what_they_refer_to() {
    let event = json!({
        "guid": "270fa44c-821a-577f-8ca3-33e8d4a8c2a7", "slug": "opening", "title": "Opening", "type": "other",
        "start": "2024-12-27T10:30:00+01:00", "end": "2024-12-27T11:00:00+01:00", "language": "en", "subtitle": null,
        "room": {"slug": "hall-1", "guid": "ba692ba3-421b-5371-8309-60acc34a3c05"}, "track": {"slug": "art-beauty"},
        "abstract": "Welcome.", "logo": {"url": "https://example.org/a.png"},
        "participants": [{"guid": "0c16ffaa-709d-599f-959f-9a38b911361a", "name": "Asha Rao", "role": "speaker"}],
        "links": [{"type": "web", "url": "https://example.net/"}], "attachments": [], "recording": {"optout": true},
    });
    let schedule = reading(&flat(&json!([event]))).unwrap();
    assert_eq!((schedule.warnings, schedule.sessions.len()), (vec![], 1));
    let content = &schedule.sessions[0].content;
    let times = (content.start.to_string(), content.end.to_string());
    assert_eq!(times, ("2024-12-27T09:30:00.000Z".to_owned(), "2024-12-27T10:00:00.000Z".to_owned()));
    let names = (content.stage.as_ref().unwrap().as_str(), content.track.as_ref().unwrap().as_str());
    assert_eq!((names, content.links.len(), content.do_not_record), (("Hall 1", "Art & Beauty"), 1, true));
    let person = &schedule.people[schedule.sessions[0].people[0]];
    assert_eq!((person.name.as_str(), person.bio.as_ref().unwrap().as_str()), ("Asha Rao", "Speaks."));
    assert_eq!(person.photo_url.as_ref().unwrap().as_str(), "https://example.org/asha.png");
}

#[test]
fn smallest_event_needs_neither_days_nor_a_room() {
    let event = json!({"title": "Opening", "start": "2026-12-01T10:00:00", "end": "2026-12-01T10:30:00+01:00"});
    let mut file = flat(
        &json!([event, {"title": "Talk", "start": "2026-12-01T11:00:00+01:00", "duration": "00:30", "room": "hall-1"}]),
    );
    file["schedule"]["conference"].as_object_mut().unwrap().remove("days");
    let schedule = reading(&file).unwrap();
    let read = |n: usize| (schedule.sessions[n].content.start.to_string(), schedule.sessions[n].content.stage.clone());
    assert_eq!(read(0), ("2026-12-01T09:00:00.000Z".to_owned(), None));
    assert_eq!(read(1), ("2026-12-01T10:00:00.000Z".to_owned(), Some("Hall 1".parse().unwrap())));
}

#[test]
fn problem_of_an_event_names_its_place() {
    let schedule = reading(&flat(&json!([{"title": "Opening"}, 7]))).unwrap();
    let places: Vec<_> = schedule.warnings.iter().map(|warning| warning.field.as_str()).collect();
    assert_eq!(places, ["schedule.events[0].date", "schedule.events[1]", "schedule.conference.days"]);
}

#[test]
fn sessions_in_days_count_before_events() {
    let mut file = of(&json!([session(&json!({}))]));
    file["schedule"]["events"] = json!([session(&json!({})), session(&json!({"title": "Other", "guid": null}))]);
    let schedule = reading(&file).unwrap();
    assert_eq!((schedule.sessions.len(), schedule.warnings), (1, vec![]));
}
