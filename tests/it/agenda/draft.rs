//! Sessions of the draft, one by one.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{CONFERENCE, organise, session, the_draft, titles, with_conference, write_session};
use crate::support::app::TestApp;
use crate::users::places;

#[tokio::test]
async fn session_is_written_changed_and_deleted() {
    let app = with_conference().await;
    let written = organise(&app, "POST", "/sessions").json(&session("Opening", "09:00", "Main")).send().await;
    assert_eq!((written.status, written.header("etag")), (201, "\"1\""), "{}", written.text);
    let path = format!("/sessions/{}", written.json["id"].as_str().unwrap());
    let changes = json!({"stage": null, "type": "talk"});
    let changed = organise(&app, "PATCH", &path).header(("if-match", "\"1\"")).json(&changes).send().await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""), "{}", changed.text);
    assert_eq!((&changed.json["stage"], &changed.json["type"]), (&Value::Null, &json!("talk")));
    let same = organise(&app, "PATCH", &path).header(("if-match", "\"2\"")).json(&changes).send().await;
    assert_eq!(same.json, changed.json);
    let draft = the_draft(&app).await;
    assert_eq!((&draft["version"], &draft["sessions"]), (&json!(2), &json!([changed.json])));
    let deleted = organise(&app, "DELETE", &path).header(("if-match", "\"2\"")).send().await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    assert_eq!(the_draft(&app).await["sessions"], json!([]));
    let gone = organise(&app, "DELETE", &path).header(("if-match", "\"2\"")).send().await;
    assert_eq!(gone.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn session_changed_without_its_version_is_left_as_it_is() {
    let app = with_conference().await;
    let written = write_session(&app, &session("Opening", "09:00", "Main")).await;
    let path = format!("/sessions/{}", written["id"].as_str().unwrap());
    for method in ["PATCH", "DELETE"] {
        let blind = organise(&app, method, &path).json(&json!({})).send().await;
        assert_eq!(blind.error(), (428, "PRECONDITION_REQUIRED"), "{method}");
        let stale = organise(&app, method, &path).header(("if-match", "\"7\"")).json(&json!({})).send().await;
        assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"), "{method}");
    }
    assert_eq!(the_draft(&app).await["sessions"], json!([written]));
}

#[tokio::test]
async fn session_that_cannot_be_is_refused_with_the_field() {
    let app = with_conference().await;
    for (field, value) in [
        ("end", json!("2026-12-01T09:00:00+05:30")),
        ("end", json!("2026-12-31T09:00:00+05:30")),
        ("title", json!("")),
        ("start", json!("nine")),
        ("url", json!("javascript:alert(1)")),
        ("surprise", json!(1)),
    ] {
        let mut bad = session("Opening", "09:00", "Main");
        bad[field] = value;
        let refused = organise(&app, "POST", "/sessions").json(&bad).send().await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec![field]));
    }
    let mut bad = session("Opening", "09:00", "Main");
    bad["speakers"] = json!(["spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"]);
    let refused = organise(&app, "POST", "/sessions").json(&bad).send().await;
    assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["speakers[0]"]));
    bad["speakers"] = json!(vec!["spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"; 101]);
    let refused = organise(&app, "POST", "/sessions").json(&bad).send().await;
    assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["speakers"]));
    let draft = the_draft(&app).await;
    assert_eq!((&draft["version"], &draft["sessions"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn agenda_of_no_conference_is_not_found_and_drafts_are_organisers() {
    let app = TestApp::start().await;
    for (method, path) in [("GET", "/draft"), ("GET", "/diff"), ("GET", "/export?draft=true"), ("GET", "")] {
        assert_eq!(organise(&app, method, path).send().await.error(), (404, "NOT_FOUND"), "{path}");
    }
    let written = organise(&app, "POST", "/sessions").json(&session("Opening", "09:00", "Main")).send().await;
    assert_eq!(written.error(), (404, "NOT_FOUND"));
    for path in ["/draft", "/diff", "/export?draft=true"] {
        let anonymous = app.agenda().get(&format!("{CONFERENCE}/agenda{path}")).send().await;
        assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_written_at_once_are_all_there() {
    let app = Arc::new(with_conference().await);
    let writers: Vec<_> = (0..6)
        .map(|n| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                write_session(&app, &session(&format!("Session {n}"), &format!("{:02}:00", 9 + n), "Main")).await
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    let draft = the_draft(&app).await;
    assert_eq!(titles(&draft["sessions"]), (0..6).map(|n| format!("Session {n}")).collect::<Vec<_>>());
    assert_eq!(draft["version"], json!(6));
}

#[tokio::test]
async fn diff_tells_what_is_new_and_what_looks_wrong() {
    let app = with_conference().await;
    write_session(&app, &session("Opening", "09:00", "Main")).await;
    write_session(&app, &session("Keynote", "09:30", "Main")).await;
    let function = app.agenda();
    let path = format!("{CONFERENCE}/agenda/diff");
    let diff = function.get(&path).header(("x-api-key", crate::support::app::ADMIN_API_KEY)).send().await;
    assert_eq!((diff.status, titles(&diff.json["added"])), (200, vec!["Opening", "Keynote"]), "{}", diff.text);
    assert_eq!((&diff.json["release"], &diff.json["draft_version"]), (&Value::Null, &json!(2)));
    let warnings = diff.json["warnings"].as_array().unwrap();
    assert_eq!((warnings.len(), &warnings[0]["kind"]), (1, &json!("room_overlap")));
}
