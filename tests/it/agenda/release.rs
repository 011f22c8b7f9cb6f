//! Publishing releases, and telling those whom they concern.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{organise, publish, read, session, the_draft, titles, with_conference, write_session};
use crate::support::app::TestApp;

/// The notices in the outbox: template and the sessions of the audience.
fn notices(app: &TestApp) -> Vec<(String, Vec<String>)> {
    let items = app.database.items("conferences");
    let messages = items.iter().filter(|item| item["entity"]["S"] == "outbox");
    let mut notices: Vec<_> = messages
        .map(|item| {
            let payload: Value = serde_json::from_str(item["payload"]["S"].as_str().unwrap()).unwrap();
            let group = &payload["notice"]["to"]["audience"]["group"]["bookmarked"];
            assert_eq!(group["conference"], "ibw-2026", "{payload}");
            let sessions = group["sessions"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
            (payload["notice"]["template"].as_str().unwrap().to_owned(), sessions.collect())
        })
        .collect();
    notices.sort();
    notices
}

/// Changes a session of the draft.
async fn change(app: &TestApp, session: &Value, changes: &Value) {
    let path = format!("/sessions/{}", session["id"].as_str().unwrap());
    let version = format!("\"{}\"", session["version"]);
    let changed = organise(app, "PATCH", &path).header(("if-match", version)).json(changes).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

#[tokio::test]
async fn releases_are_numbered_and_stay_as_they_were() {
    let app = with_conference().await;
    assert_eq!(read(&app, "").await.error(), (404, "NOT_FOUND"));
    let a = write_session(&app, &session("A", "09:00", "Main")).await;
    let b = write_session(&app, &session("B", "10:00", "Main")).await;
    let first = publish(&app).await;
    assert_eq!((&first["number"], &first["sessions"], &first["added"]), (&json!(1), &json!(2), &json!(2)));
    let stored = read(&app, "/releases/1").await;
    assert_eq!((stored.status, &stored.json), (200, &read(&app, "").await.json));

    app.clock.advance(3600);
    change(&app, &a, &json!({"title": "A2"})).await;
    let path = format!("/sessions/{}", b["id"].as_str().unwrap());
    organise(&app, "DELETE", &path).header(("if-match", "\"1\"")).send().await;
    let diff = organise(&app, "GET", "/diff").send().await.json;
    assert_eq!((titles(&diff["changed"]), titles(&diff["cancelled"])), (vec!["A2"], vec!["B"]));
    publish(&app).await;
    let agenda = read(&app, "").await.json;
    assert_eq!(
        (&agenda["number"], titles(&agenda["sessions"]), titles(&agenda["cancelled"])),
        (&json!(2), vec!["A2"], vec!["B"])
    );
    assert_eq!((&agenda["sessions"][0]["sequence"], &agenda["sessions"][0]["id"]), (&json!(1), &a["id"]));
    assert_eq!((&agenda["cancelled"][0]["sequence"], &agenda["cancelled"][0]["id"]), (&json!(1), &b["id"]));
    assert_eq!(read(&app, "/releases/1").await.json, stored.json);
    let all = read(&app, "/releases").await.json;
    let numbers: Vec<_> = all["items"].as_array().unwrap().iter().map(|release| release["number"].clone()).collect();
    assert_eq!(numbers, [json!(2), json!(1)]);
    for path in ["/releases/3", "/releases/0", "/releases/x"] {
        assert_eq!(read(&app, path).await.error(), (404, "NOT_FOUND"), "{path}");
    }
}

#[tokio::test]
async fn release_needs_the_drafts_version_and_something_to_release() {
    let app = with_conference().await;
    write_session(&app, &session("A", "09:00", "Main")).await;
    assert_eq!(organise(&app, "POST", "/release").send().await.error(), (428, "PRECONDITION_REQUIRED"));
    let stale = organise(&app, "POST", "/release").header(("if-match", "\"7\"")).send().await;
    assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"));
    assert_eq!(read(&app, "").await.status, 404);
    publish(&app).await;
    let nothing = organise(&app, "POST", "/release").header(("if-match", "\"1\"")).send().await;
    assert_eq!(nothing.error(), (409, "NOTHING_TO_RELEASE"));
    assert_eq!(read(&app, "/releases").await.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_releases_at_once_one_is_published() {
    let app = Arc::new(with_conference().await);
    write_session(&app, &session("A", "09:00", "Main")).await;
    let releases: Vec<_> = (0..4)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(
                async move { organise(&app, "POST", "/release").header(("if-match", "\"1\"")).send().await.status },
            )
        })
        .collect();
    let mut statuses = Vec::new();
    for release in releases {
        statuses.push(release.await.expect("no panic"));
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 409, 412].contains(status)), "{statuses:?}");
    assert_eq!(read(&app, "/releases").await.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn release_tells_those_who_bookmarked_what_it_moves_or_cancels() {
    let app = with_conference().await;
    let (mut ids, mut sessions) = (Vec::new(), Vec::new());
    for (title, start) in [("Moves", "09:00"), ("Goes", "10:00"), ("Says more", "11:00"), ("Stays", "12:00")] {
        sessions.push(write_session(&app, &session(title, start, "Main")).await);
        ids.push(sessions.last().unwrap()["id"].as_str().unwrap().to_owned());
    }
    publish(&app).await;
    assert_eq!(notices(&app), []);
    change(&app, &sessions[0], &json!({"stage": "Side"})).await;
    change(&app, &sessions[2], &json!({"description": "More."})).await;
    organise(&app, "DELETE", &format!("/sessions/{}", ids[1])).header(("if-match", "\"1\"")).send().await;
    publish(&app).await;
    let expected =
        [("session-cancelled".to_owned(), vec![ids[1].clone()]), ("session-moved".to_owned(), vec![ids[0].clone()])];
    assert_eq!(notices(&app), expected);
}

#[tokio::test]
async fn speaker_renamed_or_deleted_is_so_in_the_next_release() {
    let app = with_conference().await;
    let speakers = format!("{}/speakers", super::CONFERENCE);
    let key = ("x-api-key", crate::support::app::ADMIN_API_KEY);
    let mut ids = Vec::new();
    for name in ["Asha", "Brian"] {
        let written = app.speakers().post(&speakers).header(key).json(&json!({"name": name})).send().await;
        ids.push(written.json["id"].as_str().unwrap().to_owned());
    }
    let mut panel = session("Panel", "09:00", "Main");
    panel["speakers"] = json!(ids);
    write_session(&app, &panel).await;
    publish(&app).await;
    let path = |id: &str| format!("/api/v1/speakers/{id}");
    let with_sessions = app.speakers().get(&path(&ids[0])).send().await;
    assert_eq!(titles(&with_sessions.json["sessions"]), ["Panel"], "{}", with_sessions.text);
    let rename = app.speakers().patch(&path(&ids[0])).header(key).header(("if-match", "\"1\""));
    assert_eq!(rename.json(&json!({"name": "Dr Asha"})).send().await.status, 200);
    assert_eq!(
        app.speakers().delete(&path(&ids[1])).header(key).header(("if-match", "\"1\"")).send().await.status,
        204
    );
    assert_eq!(the_draft(&app).await["sessions"][0]["speakers"], json!([{"id": ids[0], "name": "Dr Asha"}]));
    let released = publish(&app).await;
    assert_eq!((&released["changed"], &released["moved"]), (&json!(1), &json!(0)));
    let agenda = read(&app, "").await.json;
    assert_eq!(agenda["sessions"][0]["speakers"], json!([{"id": ids[0], "name": "Dr Asha"}]));
    assert_eq!(notices(&app), []);
}

#[tokio::test]
async fn conference_with_an_agenda_or_speakers_is_not_deleted() {
    let app = with_conference().await;
    let delete = || crate::conferences::organise(&app, "DELETE", "/ibw-2026").header(("if-match", "\"1\"")).send();
    let key = ("x-api-key", crate::support::app::ADMIN_API_KEY);
    let speakers = format!("{}/speakers", super::CONFERENCE);
    let speaker = app.speakers().post(&speakers).header(key).json(&json!({"name": "Asha"})).send().await.json;
    assert_eq!(delete().await.error(), (409, "CONFERENCE_NOT_EMPTY"));
    let path = format!("/api/v1/speakers/{}", speaker["id"].as_str().unwrap());
    app.speakers().delete(&path).header(key).header(("if-match", "\"1\"")).send().await;
    let written = write_session(&app, &session("A", "09:00", "Main")).await;
    assert_eq!(delete().await.error(), (409, "CONFERENCE_NOT_EMPTY"));
    let path = format!("/sessions/{}", written["id"].as_str().unwrap());
    organise(&app, "DELETE", &path).header(("if-match", "\"1\"")).send().await;
    assert_eq!(delete().await.status, 204);
}
