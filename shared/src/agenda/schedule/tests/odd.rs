//! Odd entries, which are left out or read in the next best way: the other sessions are imported.

use serde_json::{Value, json};

use super::{of, reading, session};
use crate::agenda::schedule::Schedule;

const SESSION: &str = "schedule.conference.days[0].rooms.Ada[0]";

/// A schedule with an odd session, and a sound one after it.
fn with(odd: &Value) -> Schedule {
    let guid = "2d64f8e2-26ee-529f-b5ab-3b3f326e31b9";
    let sound = session(&json!({"guid": guid, "title": "Sound", "date": "2019-12-27T15:00:00+01:00"}));
    reading(&of(&json!([odd, sound]))).unwrap()
}

fn titles(schedule: &Schedule) -> Vec<&str> {
    schedule.sessions.iter().map(|session| session.content.title.as_str()).collect()
}

fn places(schedule: &Schedule) -> Vec<&str> {
    schedule.warnings.iter().map(|warning| warning.field.as_str()).collect()
}

#[test]
fn session_of_which_nothing_can_be_made_is_left_out() {
    for (other, field) in [
        (json!({"title": null}), "title"),
        (json!({"title": {"en": ""}}), "title"),
        (json!({"date": "9998-12-30T22:00:00Z"}), "date"),
        (json!({"date": null, "start": "noon"}), "start"),
        (json!({"duration": "long"}), "duration"),
        (json!({"duration": null}), "duration"),
        (json!({"end": "2019-12-27T10:00:00+01:00"}), "duration"),
    ] {
        let schedule = with(&session(&other));
        assert_eq!((titles(&schedule), schedule.warnings.len()), (vec!["Sound"], 1), "{other}");
        assert_eq!(places(&schedule), [format!("{SESSION}.{field}")]);
        assert!(schedule.warnings[0].message.ends_with(". The session is left out"), "{:?}", schedule.warnings);
        assert_eq!(schedule.left_out[0].id.as_deref(), Some("7"), "{other}");
    }
    let schedule = with(&json!(7));
    assert_eq!((titles(&schedule), places(&schedule)), (vec!["Sound"], vec![SESSION]));
}

#[test]
fn people_of_a_session_that_is_left_out_are_left_out_too() {
    let schedule = with(&session(&json!({"title": null, "persons": [{"id": 1, "public_name": "Asha"}]})));
    assert_eq!(schedule.people, []);
}

#[test]
fn session_is_imported_without_what_cannot_be_read() {
    for (other, field) in [
        (json!({"date": "yesterday"}), "date"),
        (json!({"guid": {"a": 1}}), "guid"),
        (json!({"persons": {"name": "Asha"}}), "persons"),
        (json!({"persons": [7]}), "persons[0]"),
        (json!({"persons": [{"id": 1}]}), "persons[0].public_name"),
        (json!({"persons": [{"id": 1, "public_name": " "}]}), "persons[0].public_name"),
        (json!({"track": ["x"]}), "track"),
        (json!({"abstract": true}), "abstract"),
    ] {
        let schedule = with(&session(&other));
        assert_eq!(titles(&schedule), ["Opening", "Sound"], "{other}");
        assert_eq!(places(&schedule), [format!("{SESSION}.{field}")]);
        assert_eq!(schedule.sessions[0].content.start.to_string(), "2019-12-27T10:00:00.000Z", "{other}");
        assert_eq!(schedule.people, []);
    }
}

#[test]
fn person_without_a_usable_key_is_known_by_the_name() {
    let persons = json!([{"id": "dsadf", "name": "Asha"}, {"code": "MÄ", "id": 12, "name": "Brian"}]);
    let schedule = with(&session(&json!({"persons": persons})));
    let keys: Vec<_> =
        schedule.people.iter().map(|one| (one.name.as_str(), one.id.as_deref(), one.code.as_deref())).collect();
    assert_eq!(keys, [("Asha", None, None), ("Brian", Some("12"), None)]);
    assert_eq!(places(&schedule), [format!("{SESSION}.persons[0].id"), format!("{SESSION}.persons[1].code")]);
    assert_eq!(schedule.warnings[0].message, "must be a number or a UUID. It is ignored");
}

#[test]
fn guid_that_is_repeated_is_the_first_sessions() {
    let first = session(&json!({}));
    let other = session(&json!({"guid": "8079583E-8321-506C-95AF-FD2903A5F075", "title": "Other", "id": 8}));
    let bare = session(&json!({"title": "Bare", "id": null, "slug": null}));
    let schedule = reading(&of(&json!([first, other, first, bare]))).unwrap();
    let keys: Vec<_> = schedule
        .sessions
        .iter()
        .map(|session| &session.source)
        .map(|keys| (keys.guid.is_some(), keys.id.as_deref(), keys.slug.as_deref()))
        .collect();
    let slug = Some("democon-7-opening");
    assert_eq!(
        (titles(&schedule), keys),
        (
            vec!["Opening", "Other", "Bare"],
            vec![(true, Some("7"), slug), (false, Some("8"), slug), (false, None, Some("bare"))]
        )
    );
    let messages: Vec<_> = schedule.warnings.iter().map(|warning| warning.message.as_str()).collect();
    let again = "is the GUID of another session too";
    assert_eq!(
        messages,
        [
            format!("{again}. It is ignored"),
            format!("{again}. The session is left out"),
            format!("{again}. It is ignored")
        ]
    );
    assert_eq!(schedule.left_out, []);
}

#[test]
fn day_without_a_readable_date_has_the_dates_of_its_sessions() {
    let mut file = of(&json!([session(&json!({}))]));
    file["schedule"]["conference"]["days"][0]["date"] = json!("Friday");
    let schedule = reading(&file).unwrap();
    assert_eq!((titles(&schedule), places(&schedule)), (vec!["Opening"], vec!["schedule.conference.days[0].date"]));
}

#[test]
fn of_many_problems_those_of_left_out_sessions_are_told_first() {
    let cut = session(&json!({"guid": null, "id": null, "slug": null, "title": "x".repeat(501)}));
    let mut sessions = vec![cut; 120];
    sessions.push(session(&json!({"duration": null})));
    let schedule = reading(&of(&json!(sessions))).unwrap();
    assert_eq!((schedule.sessions.len(), schedule.warnings.len()), (120, 100));
    assert_eq!(schedule.warnings[0].field, "schedule.conference.days[0].rooms.Ada[120].duration");
}
