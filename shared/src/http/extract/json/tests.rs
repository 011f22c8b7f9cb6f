//! What is read, and what is refused with its place.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    place: Place,
    #[serde(default)]
    all: Vec<Place>,
    #[serde(default)]
    by_name: BTreeMap<String, f64>,
    note: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Place {
    name: String,
    kind: Kind,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Online,
    Room(u8),
    Seat { row: u8 },
}

fn read(text: &str) -> Result<Whole, String> {
    read_object(text.as_bytes()).map_err(|error| {
        let detail = error.details.first().map(|detail| format!("{}: {}", detail.field, detail.message));
        detail.unwrap_or_else(|| error.message.into_owned())
    })
}

#[test]
fn what_is_described_is_read() {
    let whole = r#"{"place": {"name": "n", "kind": "online"}, "all": [{"kind": {"room": 7}, "name": "é\n"},
        {"name": "s", "kind": {"seat": {"row": 1}}}], "by_name": {"a": 1, "b": -2.5e3}, "note": null}"#;
    let whole = read(whole).unwrap();
    assert_eq!(whole.place, Place { name: "n".to_owned(), kind: Kind::Online });
    assert_eq!(whole.all[0], Place { name: "é\n".to_owned(), kind: Kind::Room(7) });
    assert_eq!(whole.all[1].kind, Kind::Seat { row: 1 });
    assert_eq!(whole.by_name, BTreeMap::from([("a".to_owned(), 1.0), ("b".to_owned(), -2500.0)]));
}

#[test]
fn object_is_an_object_and_a_member_of_an_enum_is_a_string_at_every_depth() {
    let place = r#"{"name": "n", "kind": "online"}"#;
    for (body, field) in [
        (r#"["n"]"#.to_owned(), "body"),
        (r#""text""#.to_owned(), "body"),
        (r#"{"place": ["n", "online"]}"#.to_owned(), "place"),
        (r#"{"place": {"name": "n", "kind": {"online": null}}}"#.to_owned(), "place.kind.online"),
        (r#"{"place": {"name": "n", "kind": ["online"]}}"#.to_owned(), "place.kind"),
        (r#"{"place": {"name": "n", "kind": {"room": 1, "online": null}}}"#.to_owned(), "place.kind"),
        (r#"{"place": {"name": "n", "kind": {"seat": [1]}}}"#.to_owned(), "place.kind.seat"),
        (format!(r#"{{"place": {place}, "all": [{place}, ["n", "online"]]}}"#), "all[1]"),
        (format!(r#"{{"place": {place}, "all": {{"0": {place}}}}}"#), "all"),
        (format!(r#"{{"place": {place}, "by_name": [["a", 1]]}}"#), "by_name"),
        (format!(r#"{{"place": {place}, "note": 1}}"#), "note"),
    ] {
        let refused = read(&body).unwrap_err();
        assert!(refused.starts_with(&format!("{field}: ")), "{body}: {refused}");
    }
}

#[test]
fn member_is_there_once_at_every_depth() {
    let place = r#"{"name": "n", "kind": "online"}"#;
    assert!(read(&format!(r#"{{"place": {place}, "place": {place}}}"#)).is_err());
    let twice = format!(r#"{{"place": {place}, "by_name": {{"a": 1, "b": 2, "a": 1}}}}"#);
    assert_eq!(read(&twice).unwrap_err(), "by_name: has `a` twice");
}

#[test]
fn depth_counts_brackets_outside_of_strings() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(!deeper_than(nested(32).as_bytes(), 32));
    assert!(deeper_than(nested(33).as_bytes(), 32));
    assert!(!deeper_than(format!(r#"{{"a":"\"{}"}}"#, "[".repeat(50)).as_bytes(), 32));
}
