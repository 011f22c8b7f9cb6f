//! What differs between programs and versions, and is read all the same.

use serde_json::{Value, json};

use super::{of, one, reading, session};
use crate::agenda::model::Link;
use crate::agenda::schedule::ParsedSession;

fn start(session: &ParsedSession) -> String {
    session.content.start.to_string()
}

fn minutes(session: &ParsedSession) -> i64 {
    (session.content.end.millis() - session.content.start.millis()) / 60_000
}

type Keys = (String, Option<String>, Option<String>, Option<String>);

/// Name, GUID, code and number of each.
fn people(persons: Value) -> Vec<Keys> {
    let schedule = reading(&of(&json!([session(&json!({"persons": persons}))]))).unwrap();
    let people = schedule.people.into_iter();
    people.map(|person| (person.name.to_string(), person.guid, person.code, person.id)).collect()
}

fn warned(other: &Value) -> Vec<String> {
    let schedule = reading(&of(&json!([session(other)]))).unwrap();
    schedule.warnings.into_iter().map(|warning| warning.field).collect()
}

#[test]
fn schedule_of_pretalx_is_read_with_all_sessions_and_people() {
    let file = include_str!("../../../../../tests/data/schedule-pretalx-democon.json");
    let schedule = reading(&serde_json::from_str(file).unwrap()).unwrap();
    assert_eq!((schedule.sessions.len(), schedule.people.len(), schedule.warnings), (36, 27, vec![]));
    let first = &schedule.sessions[0];
    assert_eq!((start(first).as_str(), minutes(first)), ("2020-12-14T08:00:00.000Z", 30));
    assert_eq!(first.content.url.as_ref().unwrap().as_str(), "http://localhost/democon/talk/G9JGWY/");
    assert_eq!(first.content.stage.as_ref().unwrap().as_str(), "Gray Room");
    assert_eq!(schedule.people[first.people[0]].code.as_deref(), Some("NQTF8Y"));
}

#[test]
fn times_are_read_with_and_without_date_and_offset() {
    for (other, expected) in [
        (json!({}), "2019-12-27T10:00:00.000Z"),
        (json!({"date": "2019-12-27T10:00:00Z"}), "2019-12-27T10:00:00.000Z"),
        // Without an offset, the day's.
        (json!({"date": "2019-12-27T11:00:00"}), "2019-12-27T10:00:00.000Z"),
        (json!({"date": null}), "2019-12-27T10:00:00.000Z"),
        (json!({"date": ""}), "2019-12-27T10:00:00.000Z"),
        (json!({"date": "2019-12-27", "start": "12:15"}), "2019-12-27T11:15:00.000Z"),
        // The night after, which is of the same day of the schedule.
        (json!({"date": null, "start": "00:30"}), "2019-12-27T23:30:00.000Z"),
        (json!({"date": "2019-12-27", "start": "00:30"}), "2019-12-27T23:30:00.000Z"),
        (json!({"date": "2019-12-28", "start": "00:30"}), "2019-12-27T23:30:00.000Z"),
        (json!({"date": "2019-12-28T00:30:00+01:00", "start": "00:30"}), "2019-12-27T23:30:00.000Z"),
    ] {
        assert_eq!(start(&one(&other)), expected, "{other}");
    }
}

#[test]
fn clocks_without_an_offset_are_of_the_named_zone_else_of_the_conference() {
    let mut file = of(&json!([session(&json!({"date": "2019-12-27T11:00:00"}))]));
    file["schedule"]["conference"]["days"][0]["day_start"] = json!("2019-12-27T09:00:00");
    for (zone, expected) in [
        (json!("America/New_York"), "2019-12-27T16:00:00.000Z"),
        (json!(""), "2019-12-27T05:30:00.000Z"),
        (json!(null), "2019-12-27T05:30:00.000Z"),
        (json!("CEST?"), "2019-12-27T05:30:00.000Z"),
    ] {
        file["schedule"]["conference"]["time_zone_name"] = zone.clone();
        assert_eq!(start(&reading(&file).unwrap().sessions[0]), expected, "{zone}");
    }
    let day = &mut file["schedule"]["conference"]["days"][0];
    day.as_object_mut().unwrap().remove("day_start");
    assert_eq!(start(&reading(&file).unwrap().sessions[0]), "2019-12-27T05:30:00.000Z");
}

#[test]
fn durations_are_read_in_all_forms_and_by_the_end() {
    for (other, expected) in [
        (json!({"duration": "01:30"}), 90),
        (json!({"duration": "1:30"}), 90),
        (json!({"duration": "26:00"}), 1560),
        (json!({"duration": "00:45:00"}), 45),
        (json!({"duration": "1:02:30"}), 1590),
        (json!({"duration": 25}), 25),
        (json!({"duration": null, "end": "2019-12-27T11:20:00+01:00"}), 20),
        (json!({"duration": "00:00"}), 5),
    ] {
        assert_eq!(minutes(&one(&other)), expected, "{other}");
    }
    assert_eq!(warned(&json!({"duration": "00:00"})), ["schedule.conference.days[0].rooms.Ada[0].duration"]);
}

#[test]
fn persons_are_known_by_guid_code_or_id_whatever_their_form() {
    let text = |text: &str| Some(text.to_owned());
    for (person, expected) in [
        (json!({"id": 12, "public_name": "Asha"}), ("Asha", None, None, text("12"))),
        (json!({"id": "12", "full_public_name": "Asha"}), ("Asha", None, None, text("12"))),
        (json!({"code": "NQTF8Y", "name": "Asha", "id": null}), ("Asha", None, text("NQTF8Y"), None)),
        (
            json!({"guid": "2d64f8e2-26ee-529f-b5ab-3b3f326e31b9", "id": "", "name": "Asha", "public_name": ""}),
            ("Asha", text("2d64f8e2-26ee-529f-b5ab-3b3f326e31b9"), None, None),
        ),
        (json!({"id": 0, "public_name": "Asha"}), ("Asha", None, None, None)),
        (json!({"id": -1, "name": {"de": "Ascha", "en": "Asha"}}), ("Asha", None, None, None)),
        (json!("Asha"), ("Asha", None, None, None)),
    ] {
        let (name, guid, code, id) = expected;
        assert_eq!(people(json!([person.clone()])), [(name.to_owned(), guid, code, id)], "{person}");
    }
    for none in [json!([]), json!(null)] {
        assert_eq!(people(none), []);
    }
}

#[test]
fn person_of_several_sessions_is_one_and_numbers_of_two_people_are_two() {
    let persons =
        |id: u64, name: &str| json!({"persons": [{"id": id, "public_name": name}], "guid": null, "slug": name});
    let sessions = json!([session(&persons(7, "Asha")), session(&persons(7, "ASHA")), session(&persons(7, "Brian"))]);
    let schedule = reading(&of(&sessions)).unwrap();
    assert_eq!(schedule.sessions.iter().map(|talk| talk.people[0]).collect::<Vec<_>>(), [0, 0, 1]);
}

#[test]
fn texts_in_several_languages_are_english_else_the_first() {
    let talk = one(&json!({
        "title": {"de": "Eröffnung", "en": "Opening"}, "track": {"de": "Sicherheit"}, "type": {"name": "talk"},
        "subtitle": {"en": null}, "abstract": "<p>Hello</p>\r\n*you*\t\u{7}", "language": null,
    }));
    let content = &talk.content;
    assert_eq!((content.title.as_str(), content.track.as_ref().unwrap().as_str()), ("Opening", "Sicherheit"));
    assert_eq!((content.kind.as_ref().unwrap().as_str(), &content.subtitle, &content.language), ("talk", &None, &None));
    assert_eq!(content.summary.as_ref().unwrap().as_str(), "<p>Hello</p>\n*you*");
}

#[test]
fn empty_text_of_a_language_is_no_text() {
    let texts = |english: &str| json!({"en": english, "de": "Eröffnung"});
    for empty in ["", " ", "\u{200b}", "\n"] {
        let talk = one(
            &json!({"title": texts(empty), "track": texts(empty), "abstract": texts(empty), "subtitle": {"en": empty}}),
        );
        let content = &talk.content;
        assert_eq!((content.title.as_str(), content.track.as_ref().unwrap().as_str()), ("Eröffnung", "Eröffnung"));
        assert_eq!((content.summary.as_ref().unwrap().as_str(), &content.subtitle), ("Eröffnung", &None));
        assert_eq!(people(json!([{"id": 1, "public_name": {"en": empty, "de": "Ascha"}}]))[0].0, "Ascha");
        assert_eq!(people(json!([{"id": 1, "public_name": {"en": empty}, "name": "Asha"}]))[0].0, "Asha");
    }
    assert_eq!(warned(&json!({"subtitle": {"en": "", "de": null}})), Vec::<String>::new());
}

#[test]
fn recording_is_forbidden_in_all_the_ways_that_programs_write() {
    for (other, expected) in [
        (json!({"do_not_record": true}), true),
        (json!({"do_not_record": "true"}), true),
        (json!({"do_not_record": "Yes"}), true),
        (json!({"do_not_record": 1}), true),
        (json!({"do_not_record": "1"}), true),
        (json!({"recording": {"license": "", "optout": true}}), true),
        (json!({"recording": {"optout": "true"}, "do_not_record": false}), true),
        (json!({"do_not_record": false, "recording": {"optout": false}}), false),
        (json!({"do_not_record": "false"}), false),
        (json!({"do_not_record": 0, "recording": null}), false),
        (json!({"do_not_record": "", "recording": {"optout": null}}), false),
        (json!({"recording": "https://example.org/recording"}), false),
        (json!({"do_not_record": "please"}), true),
    ] {
        assert_eq!(one(&other).content.do_not_record, expected, "{other}");
    }
    let place = "schedule.conference.days[0].rooms.Ada[0]";
    assert_eq!(warned(&json!({"do_not_record": "please"})), [format!("{place}.do_not_record")]);
    assert_eq!(warned(&json!({"recording": {"optout": []}})), [format!("{place}.recording.optout")]);
}

#[test]
fn links_and_attachments_are_read_with_what_they_say() {
    let other = json!({
        "links": [{"url": "https://example.org/a", "title": "A", "type": "related"}, "https://example.org/b", {"url": ""}],
        "attachments": [{"url": "/media/slides.pdf", "title": {"de": "Folien"}}, {"url": "javascript:alert(1)"}],
    });
    let content = one(&other).content;
    let read = |links: &[Link]| serde_json::to_value(links).unwrap();
    let expected = json!([
        {"title": "A", "url": "https://example.org/a", "type": "related"},
        {"title": null, "url": "https://example.org/b", "type": null},
    ]);
    assert_eq!(read(&content.links), expected);
    let expected = json!([{"title": "Folien", "url": "https://example.org/media/slides.pdf", "type": null}]);
    assert_eq!(read(&content.attachments), expected);
    assert_eq!(warned(&other), ["schedule.conference.days[0].rooms.Ada[0].attachments[1]"]);
    let many = json!({"links": vec!["https://example.org/"; 51], "attachments": "none"});
    let place = "schedule.conference.days[0].rooms.Ada[0]";
    assert_eq!(warned(&many), [format!("{place}.links"), format!("{place}.attachments")]);
}

#[test]
fn optional_fields_may_be_missing_or_null_and_unknown_ones_are_ignored() {
    let bare = json!({"title": "Opening", "duration": "00:30", "start": "11:00", "something": {"new": [1, 2]}});
    let nulls = json!({
        "title": "Opening", "duration": "00:30", "start": "11:00", "date": null, "guid": null, "code": null, "id": null,
        "slug": null, "persons": null, "track": null, "type": null, "logo": null, "url": null, "subtitle": null,
        "abstract": null, "description": null, "language": null, "room": null, "do_not_record": null,
    });
    for file in [of(&json!([bare])), of(&json!([nulls]))] {
        let schedule = reading(&file).unwrap();
        assert_eq!(schedule.sessions[0].source.slug.as_deref(), Some("opening"));
        assert_eq!(schedule.warnings, []);
    }
}

#[test]
fn addresses_are_joined_to_the_schedules_own_and_bad_ones_left_out() {
    let talk = one(&json!({"logo": "/media/logo.png", "url": "talk/7/"}));
    assert_eq!(talk.content.logo_url.unwrap().as_str(), "https://example.org/media/logo.png");
    assert_eq!(talk.content.url.unwrap().as_str(), "https://example.org/schedule/talk/7/");
    assert_eq!(one(&json!({"logo": ""})).content.logo_url, None);
    assert_eq!(warned(&json!({"url": "javascript:alert(1)"})), ["schedule.conference.days[0].rooms.Ada[0].url"]);
}

#[test]
fn what_is_too_long_is_cut_with_a_warning() {
    let long = json!({"title": "x".repeat(501), "abstract": "y".repeat(20_001), "description": "z".repeat(20_000)});
    let content = one(&long).content;
    assert_eq!((content.title.as_str().len(), content.description.unwrap().as_str().len()), (500, 20_000));
    let place = "schedule.conference.days[0].rooms.Ada[0]";
    assert_eq!(warned(&long), [format!("{place}.title"), format!("{place}.abstract")]);
}

#[test]
fn days_and_rooms_may_be_empty_null_or_several() {
    let mut file = of(&json!([session(&json!({}))]));
    let mut second = file["schedule"]["conference"]["days"][0].clone();
    second["rooms"] = json!({
        "Bose": [session(&json!({"guid": "2d64f8e2-26ee-529f-b5ab-3b3f326e31b9", "code": "ABC"}))], "Curie": [], "Dirac": null,
    });
    let days = file["schedule"]["conference"]["days"].as_array_mut().unwrap();
    days.extend([second, json!({"rooms": []}), json!({"rooms": null}), json!({})]);
    file["schedule"].as_object_mut().unwrap().remove("version");
    let schedule = reading(&file).unwrap();
    let stages: Vec<_> = schedule.sessions.iter().map(|talk| talk.content.stage.as_ref().unwrap().as_str()).collect();
    assert_eq!(stages, ["Ada", "Bose"]);
    file["schedule"]["conference"]["days"] = json!([]);
    assert_eq!(reading(&file).unwrap().sessions, []);
}

#[test]
fn sessions_without_a_guid_are_known_by_what_they_have() {
    let keys = |other: Value| one(&other).source;
    assert_eq!(keys(json!({"guid": null, "code": "ABC"})).code.as_deref(), Some("ABC"));
    assert_eq!(keys(json!({"guid": "", "id": "2814"})).id.as_deref(), Some("2814"));
    let nameless = session(&json!({"guid": null, "id": null, "slug": null}));
    let schedule = reading(&of(&json!([nameless.clone(), nameless]))).unwrap();
    let slugs: Vec<_> = schedule.sessions.iter().filter_map(|talk| talk.source.slug.as_deref()).collect();
    assert_eq!(slugs, ["opening", "opening~2"]);
}

#[test]
fn schedule_without_its_outermost_object_and_with_times_alone_is_read() {
    let file = json!({"version": "1", "base_url": "https://example.org/", "conference": {
        "time_zone_name": "Europe/Berlin", "days": [{"index": 1, "date": "2023-06-05", "day_start": "10:30", "rooms": {
            "Stage 1": [
                {"id": 0, "title": "Welcome", "duration": "0:45", "start": "10:30", "persons": [{"name": "Asha"}]},
                {"id": 0, "title": "Party", "duration": "2:00", "start": "00:15", "persons": []},
            ],
        }}],
    }});
    let schedule = reading(&file).unwrap();
    let starts: Vec<_> = schedule.sessions.iter().map(start).collect();
    assert_eq!(starts, ["2023-06-05T08:30:00.000Z", "2023-06-05T22:15:00.000Z"]);
    assert_eq!(schedule.warnings, []);
}

#[test]
fn pictures_and_tracks_may_be_objects() {
    let talk = one(&json!({"logo": {"url": "https://example.org/a.png"}, "track": {"slug": "ethics"}}));
    assert_eq!(talk.content.logo_url.unwrap().as_str(), "https://example.org/a.png");
    assert_eq!(talk.content.track.unwrap().as_str(), "ethics");
}

#[test]
fn day_that_begins_at_no_time_begins_at_midnight_with_a_warning() {
    let mut file = of(&json!([session(&json!({"date": null, "start": "00:30"}))]));
    file["schedule"]["conference"]["days"][0]["day_start"] = json!("early");
    file["schedule"]["conference"]["time_zone_name"] = json!("UTC");
    let schedule = reading(&file).unwrap();
    assert_eq!(start(&schedule.sessions[0]), "2019-12-27T00:30:00.000Z");
    assert_eq!(schedule.warnings[0].field, "schedule.conference.days[0].day_start");
}
