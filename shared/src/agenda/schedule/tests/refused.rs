//! What would make the agenda wrong, and is refused with its place, if the import is strict.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{of, reading, session, strictly};

const SESSION: &str = "schedule.conference.days[0].rooms.Ada[0]";

fn problems(file: &Value) -> Vec<String> {
    strictly(file).expect_err("a file that is refused")
}

#[test]
fn invalid_schedule_is_refused_with_all_that_is_wrong() {
    let file = include_str!("../../../../../tests/data/schedule-invalid.json");
    let session = "schedule.conference.days[0].rooms.Winterchaos[0]";
    let expected = [
        "schedule.rooms".to_owned(),
        format!("{session}.id"),
        format!("{session}.persons[0].code"),
        format!("{session}.persons[0].id"),
    ];
    assert_eq!(problems(&serde_json::from_str(file).unwrap()), expected);
}

#[test]
fn file_that_is_no_schedule_is_refused() {
    for (file, place) in [
        (json!({}), "schedule"),
        (json!("x"), "schedule"),
        (json!({"schedule": []}), "schedule"),
        (json!({"schedule": {}}), "schedule.conference"),
        (json!({"schedule": {"conference": 1}}), "schedule.conference"),
        (json!({"schedule": {"conference": {}}}), "schedule.conference.days"),
        (json!({"schedule": {"conference": {"days": {}}}}), "schedule.conference.days"),
        (json!({"schedule": {"conference": {"days": [1]}}}), "schedule.conference.days[0]"),
        (json!({"schedule": {"conference": {"days": [{"rooms": 1}]}}}), "schedule.conference.days[0].rooms"),
        (json!({"schedule": {"conference": {"days": [{"rooms": {"A": {}}}]}}}), "schedule.conference.days[0].rooms.A"),
        (json!({"schedule": {"conference": {"days": [{"date": "x"}]}}}), "schedule.conference.days[0].date"),
        (of(&json!([7])), SESSION),
    ] {
        assert_eq!(problems(&file), [place], "{file}");
    }
}

#[test]
fn session_that_would_be_wrong_is_refused() {
    for (other, field) in [
        (json!({"title": null}), "title"),
        (json!({"title": " "}), "title"),
        (json!({"date": "yesterday"}), "date"),
        (json!({"date": "9999-12-30T22:00:00Z"}), "date"),
        (json!({"date": "-000044-03-15T12:00:00"}), "date"),
        (json!({"date": null, "start": "noon"}), "start"),
        (json!({"date": null, "start": null}), "date"),
        (json!({"links": "x"}), "links"),
        (json!({"links": [{"url": "javascript:1"}]}), "links[0]"),
        (json!({"attachments": {}}), "attachments"),
        (json!({"url": "ftp://example.org"}), "url"),
        (json!({"do_not_record": "perhaps"}), "do_not_record"),
        (json!({"duration": "long"}), "duration"),
        (json!({"duration": null}), "duration"),
        (json!({"duration": "999:00"}), "duration"),
        (json!({"end": "2019-12-27T10:00:00+01:00"}), "duration"),
        (json!({"guid": {"a": 1}}), "guid"),
        (json!({"persons": {"name": "Asha"}}), "persons"),
        (json!({"persons": [7]}), "persons[0]"),
        (json!({"persons": [{"id": 1}]}), "persons[0].public_name"),
        (json!({"persons": [{"id": "dsadf", "name": "Asha"}]}), "persons[0].id"),
        (json!({"persons": [{"code": "MÄ", "name": "Asha"}]}), "persons[0].code"),
        (json!({"track": ["x"]}), "track"),
        (json!({"abstract": true}), "abstract"),
    ] {
        assert_eq!(problems(&of(&json!([session(&other)]))), [format!("{SESSION}.{field}")], "{other}");
    }
}

#[test]
fn two_sessions_of_one_guid_are_refused_at_the_second() {
    let upper = json!({"guid": "8079583E-8321-506C-95AF-FD2903A5F075"});
    let file = of(&json!([session(&json!({})), session(&upper)]));
    assert_eq!(problems(&file), ["schedule.conference.days[0].rooms.Ada[1].guid"]);
}

#[test]
fn a_hundred_problems_are_told_at_most() {
    let bad = session(&json!({"title": null, "guid": null, "id": "7"}));
    let found = problems(&of(&json!(vec![bad; 150])));
    assert_eq!(found.len(), 100);
    assert!(found.iter().all(|place| place.ends_with(".title")), "what makes it unusable comes first");
}

/// Any JSON.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[0-9:T+Z -]{0,26}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

const FIELDS: [&str; 24] = [
    "id",
    "guid",
    "code",
    "date",
    "start",
    "end",
    "duration",
    "room",
    "slug",
    "url",
    "logo",
    "title",
    "subtitle",
    "track",
    "type",
    "language",
    "abstract",
    "persons",
    "links",
    "attachments",
    "recording",
    "rooms",
    "tracks",
    "events",
];

proptest! {
    #[test]
    fn no_json_breaks_the_importer(file in any_json()) {
        // Reading it is the test: it does not panic.
        drop(reading(&file));
    }

    #[test]
    fn no_field_breaks_the_importer(field in prop::sample::select(&FIELDS[..]), value in any_json()) {
        let mut broken = session(&json!({}));
        broken[field] = value.clone();
        let mut person = json!({"id": 1, "public_name": "Asha"});
        person[field] = value.clone();
        broken["persons"] = json!([person, value]);
        let mut file = of(&json!([broken]));
        file["schedule"]["conference"]["days"][0][field] = value.clone();
        file["schedule"]["conference"][field] = value.clone();
        file["schedule"][field] = value;
        // Reading it is the test: it does not panic.
        drop(reading(&file));
    }
}
