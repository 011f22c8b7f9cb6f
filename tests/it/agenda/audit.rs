//! What the audit has of agendas.

use serde_json::{Value, json};

use super::{democon, import_schedule, organise, publish, session, with_conference, write_session};
use crate::support::app::TestApp;
use crate::support::audit::{assert_audit_is_silent_about, audit_of, audited_actions};
use crate::support::lossy::Lossy;
use crate::users::entities;

/// A schedule with a session of so many people, who take several transactions.
fn schedule(people: usize) -> Value {
    let persons: Vec<Value> = (1..=people)
        .map(|id| json!({"id": id, "public_name": format!("Tara Iyer {id}"), "biography": "Builds."}))
        .collect();
    let panel = json!({"title": "Panel", "start": "09:00", "duration": "01:00", "persons": persons});
    json!({"schedule": {"conference": {"days": [{"date": "2026-12-01", "rooms": {"Main": [panel]}}]}}})
}

/// The entries of imports.
fn imports(app: &TestApp) -> Value {
    audited_actions(app)["agenda.import"].clone()
}

#[tokio::test]
async fn change_of_a_session_and_a_release_are_audited_once() {
    let app = with_conference().await;
    let mut keynote = session("Keynote", "09:00", "Main");
    keynote["description"] = json!("By Tara Iyer.");
    let written = write_session(&app, &keynote).await;
    let path = format!("/sessions/{}", written["id"].as_str().unwrap());
    let change = |tag: &str| {
        let changes = json!({"stage": "Side", "track": null, "description": "By nobody."});
        organise(&app, "PATCH", &path).header(("if-match", tag)).json(&changes).send()
    };
    assert_eq!((change("\"1\"").await.status, change("\"1\"").await.status), (200, 412));
    assert_eq!(change("\"2\"").await.status, 200, "there is nothing to change");
    publish(&app).await;
    let again = organise(&app, "POST", "/release").header(("if-match", "\"2\"")).send().await;
    assert_eq!(again.error(), (409, "NOTHING_TO_RELEASE"));
    assert_eq!(organise(&app, "DELETE", &path).header(("if-match", "\"2\"")).send().await.status, 204);
    assert_eq!(organise(&app, "DELETE", &path).header(("if-match", "\"2\"")).send().await.status, 404);
    let actions = ["agenda_session.create", "agenda_session.delete", "agenda_session.update", "agenda.release"];
    let mut expected: Value = actions.map(|action| (action.to_owned(), json!(1))).into_iter().collect();
    expected["conference.create"] = json!(1);
    assert_eq!(audited_actions(&app), expected);
    let expected = json!({
        "actor": "bootstrap", "action": "agenda_session.update", "object": format!("conferences/ibw-2026/agenda{path}"),
        "fields": ["description", "stage", "track"], "old": {"stage": "Main", "track": "DeFi"},
        "new": {"stage": "Side"},
    });
    assert_eq!(audit_of(&app, "agenda_session.update"), expected);
    assert_eq!(audit_of(&app, "agenda_session.create")["new"]["title"], "Keynote");
    let deleted = audit_of(&app, "agenda_session.delete");
    assert_eq!((&deleted["old"]["stage"], &deleted["new"]), (&json!("Side"), &json!({})));
    let release = audit_of(&app, "agenda.release");
    let counts = json!({"number": 1, "sessions": 1, "added": 1, "moved": 0, "changed": 0, "cancelled": 0});
    assert_eq!((&release["object"], &release["new"]), (&json!("conferences/ibw-2026/agenda"), &counts));
    assert_audit_is_silent_about(&app, &["iyer", "nobody"]);
}

#[tokio::test]
async fn import_is_one_entry_with_counts_and_names_nobody() {
    let app = with_conference().await;
    assert_eq!(import_schedule(&app, &schedule(40)).await["speakers"]["created"], 40);
    let expected = json!({
        "actor": "bootstrap", "action": "agenda.import", "object": "conferences/ibw-2026/agenda",
        "fields": ["allow_empty", "sessions", "speakers"], "old": {},
        "new": {"allow_empty": false, "sessions": 1, "speakers": 40},
    });
    assert_eq!(audit_of(&app, "agenda.import"), expected);
    assert_eq!(import_schedule(&app, &schedule(40)).await["unchanged"], true);
    assert_eq!(imports(&app), 1, "the second changed nothing");
    // The draft stays as it is, but a speaker does not.
    let mut renewed = schedule(40);
    renewed["schedule"]["conference"]["days"][0]["rooms"]["Main"][0]["persons"][0]["biography"] = json!("Left.");
    let report = import_schedule(&app, &renewed).await;
    assert_eq!((&report["unchanged"], &report["speakers"]["changed"]), (&json!(true), &json!(1)), "{report}");
    assert_eq!(imports(&app), 2);
    let invalid = organise(&app, "POST", "/import?strict=true").json(&json!({"schedule": {}})).send().await;
    assert_eq!((invalid.status, imports(&app)), (422, json!(2)));
    import_schedule(&app, &democon()).await;
    assert_audit_is_silent_about(&app, &["iyer", "builds.", "brian robinson", "focused 5thgeneration"]);
}

#[tokio::test]
async fn import_of_which_an_answer_is_lost_is_one_entry() {
    let mut lost = 0;
    loop {
        let mut app = with_conference().await;
        let lossy = Lossy::once(lost + 1);
        app.losing = Some(lossy.clone());
        import_schedule(&app, &schedule(40)).await;
        assert_eq!(imports(&app), 1, "without answer {}", lost + 1);
        if !lossy.has_lost() {
            break;
        }
        lost += 1;
    }
    assert!(lost > 6, "{lost} calls");
}

#[tokio::test]
async fn import_that_ends_anywhere_has_an_entry_if_it_has_stored_something() {
    let mut outcomes = Vec::new();
    loop {
        let mut app = with_conference().await;
        app.losing = Some(Lossy::from(outcomes.len() as u64 + 1));
        let status = organise(&app, "POST", "/import").json(&schedule(40)).send().await.status;
        let has_stored = !entities(&app, "conferences", "speaker").is_empty();
        let expected = if has_stored { json!(1) } else { Value::Null };
        assert_eq!(imports(&app), expected, "from answer {}: {status}", outcomes.len() + 1);
        outcomes.push((has_stored, status));
        if status == 200 {
            break;
        }
    }
    assert!(outcomes.contains(&(false, 503)) && outcomes.contains(&(true, 503)), "{outcomes:?}");
}
