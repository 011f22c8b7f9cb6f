//! Importing schedules.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    CONFERENCE, democon, import_schedule, organise, session, the_draft, titles, with_conference, write_session,
};
use crate::support::app::{ADMIN_API_KEY, TestApp};

/// The speakers of the conference, by name: those of the list's pages.
async fn speakers(app: &TestApp) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.speakers().get(&format!("{CONFERENCE}/speakers?limit=20{cursor}")).send().await;
        assert_eq!(page.status, 200, "{}", page.text);
        all.extend(page.json["items"].as_array().unwrap().iter().cloned());
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// Everything in the table of conferences.
fn everything(app: &TestApp) -> Vec<Value> {
    let mut items = app.database.items("conferences");
    items.sort_by_key(|item| format!("{}/{}", item["pk"], item["sk"]));
    items
}

fn counts(created: usize, changed: usize, removed: usize, unchanged: usize) -> Value {
    json!({"created": created, "changed": changed, "removed": removed, "unchanged": unchanged})
}

#[tokio::test]
async fn schedule_of_pretalx_is_36_sessions_and_27_speakers_and_again_it_is_nothing() {
    let app = with_conference().await;
    let report = import_schedule(&app, &democon()).await;
    assert_eq!(report["sessions"], counts(36, 0, 0, 0));
    assert_eq!(report["speakers"], json!({"created": 27, "matched": 0, "changed": 0}));
    assert_eq!((&report["draft_version"], &report["warnings"]), (&json!(1), &json!([])));
    let (stored, names) = (everything(&app), speakers(&app).await);
    assert_eq!((the_draft(&app).await["sessions"].as_array().unwrap().len(), names.len()), (36, 27));

    app.clock.advance(60);
    let again = import_schedule(&app, &democon()).await;
    assert_eq!(again["sessions"], counts(0, 0, 0, 36));
    assert_eq!(again["speakers"], json!({"created": 0, "matched": 27, "changed": 0}));
    assert_eq!((&again["draft_version"], &again["unchanged"]), (&json!(1), &json!(true)));
    assert_eq!(everything(&app), stored);
}

#[tokio::test]
async fn changed_schedule_moves_adds_and_removes_and_leaves_other_sessions_alone() {
    let app = with_conference().await;
    write_session(&app, &session("Lunch", "12:00", "Hall")).await;
    import_schedule(&app, &democon()).await;
    let mut changed = democon();
    let rooms = &mut changed["schedule"]["conference"]["days"][0]["rooms"];
    let mut moved = rooms["Gray Room"].as_array_mut().unwrap().remove(0);
    moved["date"] = json!("2020-12-14T18:00:00+01:00");
    rooms["Gray Room"].as_array_mut().unwrap().remove(0);
    let mut new = moved.clone();
    new["guid"] = json!("11111111-1111-4111-8111-111111111111");
    new["title"] = json!("Something new");
    new["persons"] = json!([{"id": 999, "code": "ABCDEF", "public_name": "Nadia New"}, moved["persons"][0]]);
    rooms["Tan Room"].as_array_mut().unwrap().extend([moved, new]);
    let report = import_schedule(&app, &changed).await;
    assert_eq!(report["sessions"], counts(1, 1, 1, 34));
    assert_eq!(report["speakers"], json!({"created": 1, "matched": 26, "changed": 0}));
    let draft = the_draft(&app).await;
    let sessions = draft["sessions"].as_array().unwrap();
    let titled = |title: &str| sessions.iter().filter(|session| session["title"] == title).collect::<Vec<_>>();
    assert_eq!((sessions.len(), titled("Lunch").len(), &titled("Lunch")[0]["source"]), (37, 1, &Value::Null));
    let moved = titled("Focused 5thgeneration hardware");
    assert_eq!((moved.len(), &moved[0]["version"], &moved[0]["stage"]), (1, &json!(2), &json!("Tan Room")));
    assert_eq!(moved[0]["start"], "2020-12-14T17:00:00.000Z");
    assert_eq!(titled("Something new")[0]["speakers"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn invalid_schedule_is_refused_with_its_problems_and_nothing_is_imported() {
    let app = with_conference().await;
    let stored = everything(&app);
    let invalid: Value = serde_json::from_str(include_str!("../../data/schedule-invalid.json")).unwrap();
    let refused = organise(&app, "POST", "/import?strict=true").json(&invalid).send().await;
    assert_eq!(refused.error(), (422, "SCHEDULE_INVALID"));
    let session = "schedule.conference.days[0].rooms.Winterchaos[0]";
    let expected = json!([
        {"field": "schedule.rooms", "message": "belongs in `schedule.conference`"},
        {"field": format!("{session}.id"), "message": "should be a number"},
        {"field": format!("{session}.persons[0].code"), "message": "must have only letters A-Z, digits, `-` and `_`"},
        {"field": format!("{session}.persons[0].id"), "message": "must be a number or a UUID"},
    ]);
    assert_eq!(refused.json["details"], expected);
    // One bad session among good ones: none is imported.
    let mut half = democon();
    half["schedule"]["conference"]["days"][2]["rooms"]["Tan Room"][2]["duration"] = json!("soon");
    let place = "schedule.conference.days[2].rooms.Tan Room[2].duration";
    let refused = organise(&app, "POST", "/import?strict=true").json(&half).send().await;
    assert_eq!((refused.status, &refused.json["details"][0]["field"]), (422, &json!(place)), "{}", refused.text);
    assert_eq!(everything(&app), stored);
    // What is no schedule is refused in any case.
    let none = organise(&app, "POST", "/import").json(&json!({"schedule": {}})).send().await;
    assert_eq!(none.error(), (422, "SCHEDULE_INVALID"));
    let unsure = organise(&app, "POST", "/import?strict=maybe").json(&half).send().await;
    assert_eq!(unsure.error(), (400, "INVALID_REQUEST"));
    assert_eq!(everything(&app), stored);
}

#[tokio::test]
async fn one_odd_entry_is_told_and_the_others_are_imported() {
    let app = with_conference().await;
    import_schedule(&app, &democon()).await;
    let before = the_draft(&app).await;
    let mut odd = democon();
    let rooms = &mut odd["schedule"]["conference"]["days"][2]["rooms"];
    rooms["Tan Room"][2]["duration"] = json!("soon");
    rooms["Tan Room"][2]["title"] = json!("Changed");
    rooms["Tan Room"][1]["title"] = json!("Changed");
    let report = import_schedule(&app, &odd).await;
    assert_eq!(report["sessions"], counts(0, 1, 0, 34));
    let place = "schedule.conference.days[2].rooms.Tan Room[2].duration";
    let message = "must be a duration like 00:45 (hours and minutes). The session is left out";
    assert_eq!(report["warnings"], json!([{"field": place, "message": message}]));
    let after = the_draft(&app).await;
    let changed = |draft: &Value| titles(&draft["sessions"]).iter().filter(|title| **title == "Changed").count();
    assert_eq!((after["sessions"].as_array().unwrap().len(), changed(&before), changed(&after)), (36, 0, 1));
    // Refused before, though a person's odd keys harm nobody.
    let invalid: Value = serde_json::from_str(include_str!("../../data/schedule-invalid.json")).unwrap();
    let report = import_schedule(&app, &invalid).await;
    assert_eq!((&report["sessions"]["created"], &report["speakers"]["created"]), (&json!(1), &json!(1)));
    assert_eq!(report["warnings"].as_array().unwrap().len(), 2, "{report}");
}

#[tokio::test]
async fn schedule_without_sessions_empties_no_draft_unless_that_is_wanted() {
    let app = with_conference().await;
    let nothing = |days: Value| json!({"schedule": {"conference": {"days": days}}});
    // There is nothing to lose.
    let report = import_schedule(&app, &nothing(json!([]))).await;
    assert_eq!((&report["unchanged"], &report["warnings"][0]["message"]), (&json!(true), &json!("has no sessions")));
    write_session(&app, &session("Lunch", "12:00", "Hall")).await;
    import_schedule(&app, &democon()).await;
    let stored = everything(&app);
    let rooms = json!([{"date": "2026-12-01", "rooms": {"Main": []}}, {"rooms": null}]);
    let mut flat = nothing(json!([]));
    flat["schedule"]["events"] = json!([]);
    for empty in [nothing(json!([])), nothing(rooms), flat] {
        for path in ["/import", "/import?strict=true", "/import?allow_empty=false"] {
            let refused = organise(&app, "POST", path).json(&empty).send().await;
            assert_eq!(refused.error(), (422, "SCHEDULE_INVALID"), "{path} {empty}");
        }
    }
    assert_eq!(everything(&app), stored);
    let wanted = organise(&app, "POST", "/import?allow_empty=true").json(&nothing(json!([]))).send().await;
    assert_eq!((wanted.status, &wanted.json["sessions"]), (200, &counts(0, 0, 36, 0)), "{}", wanted.text);
    assert_eq!(titles(&the_draft(&app).await["sessions"]), ["Lunch"]);
}

#[tokio::test]
async fn file_with_a_byte_order_mark_and_two_rooms_of_one_name_is_read() {
    let app = with_conference().await;
    let talk = |title: &str, start: &str| json!({"title": title, "start": start, "duration": "00:30"});
    let (one, other) = (json!([talk("One", "09:00")]), json!([talk("Other", "10:00")]));
    let rooms = format!(r#"{{"Main": {one}, "Side": [], "Main": {other}}}"#);
    let day = format!(r#"{{"date": "2026-12-01", "rooms": {rooms}}}"#);
    let file = format!("\u{feff}{{\"schedule\": {{\"conference\": {{\"days\": [{day}]}}}}}}");
    let imported =
        organise(&app, "POST", "/import").header(("content-type", "application/json")).body(file).send().await;
    assert_eq!(imported.status, 200, "{}", imported.text);
    assert_eq!(titles(&the_draft(&app).await["sessions"]), ["One", "Other"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_at_once_make_no_session_or_speaker_twice() {
    let app = Arc::new(with_conference().await);
    let imports: Vec<_> = (0..3)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { organise(&app, "POST", "/import").json(&democon()).send().await })
        })
        .collect();
    for import in imports {
        let answer = import.await.expect("no panic");
        assert!(answer.status == 200 || answer.error() == (409, "VERSION_CONFLICT"), "{}", answer.text);
    }
    import_schedule(&app, &democon()).await;
    assert_eq!((the_draft(&app).await["sessions"].as_array().unwrap().len(), speakers(&app).await.len()), (36, 27));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schedule_imported_while_organisers_write_sessions_loses_none_of_them() {
    let app = Arc::new(with_conference().await);
    let importer = Arc::clone(&app);
    let import = tokio::spawn(async move { import_schedule(&importer, &democon()).await });
    let writers: Vec<_> = (0..4)
        .map(|n| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { write_session(&app, &session(&format!("Break {n}"), "12:00", "Hall")).await })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    let report = import.await.expect("no panic");
    assert_eq!((&report["sessions"], &report["speakers"]["created"]), (&counts(36, 0, 0, 0), &json!(27)));
    let draft = the_draft(&app).await;
    assert_eq!((draft["sessions"].as_array().unwrap().len(), &draft["version"]), (40, &json!(5)));
}

#[tokio::test]
async fn schedule_of_up_to_5_mb_is_taken_with_an_idempotency_key_too() {
    let app = with_conference().await;
    let mut large = democon();
    let text = "All about it. ".repeat(1_400);
    for day in large["schedule"]["conference"]["days"].as_array_mut().unwrap() {
        for sessions in day["rooms"].as_object_mut().unwrap().values_mut() {
            for session in sessions.as_array_mut().unwrap() {
                session["description"] = json!(text);
                session["links"] = json!(["x".repeat(100_000)]);
            }
        }
    }
    assert!(large.to_string().len() > 4_000_000);
    let request = organise(&app, "POST", "/import").header(("idempotency-key", "import-1")).json(&large);
    let first = request.clone().send().await;
    assert_eq!(first.status, 200, "{}", first.text);
    let second = request.send().await;
    assert_eq!((second.header("idempotency-replayed"), &second.json), ("true", &first.json));
    large["filler"] = json!("x".repeat(1_500_000));
    for request in [
        organise(&app, "POST", "/import").json(&large),
        organise(&app, "POST", "/import").header(("idempotency-key", "import-2")).json(&large),
    ] {
        assert_eq!(request.send().await.error(), (413, "PAYLOAD_TOO_LARGE"));
    }
    // Other routes keep their limit.
    let written = organise(&app, "POST", "/sessions").json(&large).send().await;
    assert_eq!(written.error(), (413, "PAYLOAD_TOO_LARGE"));
}

#[tokio::test]
async fn many_speakers_of_one_name_are_imported_in_several_transactions() {
    let app = with_conference().await;
    let persons: Vec<Value> = (1..=80).map(|id| json!({"id": id, "public_name": "Sam Lee"})).collect();
    let schedule = json!({"schedule": {"conference": {"days": [{"date": "2026-12-01", "rooms": {"Main": [
        {"title": "Panel", "start": "09:00", "duration": "01:00", "persons": persons},
    ]}}]}}});
    // Numbers shared by people of one name are one person each.
    let report = import_schedule(&app, &schedule).await;
    assert_eq!(report["speakers"], json!({"created": 80, "matched": 0, "changed": 0}));
    let again = import_schedule(&app, &schedule).await;
    assert_eq!((&again["unchanged"], &again["speakers"]["matched"]), (&json!(true), &json!(80)));
    let slugs: std::collections::BTreeSet<String> =
        speakers(&app).await.iter().map(|speaker| speaker["slug"].as_str().unwrap().to_owned()).collect();
    assert_eq!(slugs.len(), 80);
}

#[tokio::test]
async fn import_is_for_organisers() {
    let app = with_conference().await;
    let path = format!("{CONFERENCE}/agenda/import");
    let anonymous = app.agenda().post(&path).json(&democon()).send().await;
    assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"));
    let nowhere = app.agenda().post("/api/v1/conferences/none/agenda/import").header(("x-api-key", ADMIN_API_KEY));
    assert_eq!(nowhere.json(&democon()).send().await.error(), (404, "NOT_FOUND"));
}
