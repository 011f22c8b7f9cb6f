//! Sessions of the draft, one by one.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    CONFERENCE, democon, import_schedule, organise, publish, session, the_draft, titles, with_conference,
    write_conference, write_session,
};
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
async fn version_of_a_draft_never_restarts() {
    let app = with_conference().await;
    let tag = async || organise(&app, "GET", "/draft").send().await.header("etag").to_owned();
    let replace = async |title: &str| {
        let draft = the_draft(&app).await;
        for session in draft["sessions"].as_array().unwrap() {
            let path = format!("/sessions/{}", session["id"].as_str().unwrap());
            let version = format!("\"{}\"", session["version"]);
            assert_eq!(organise(&app, "DELETE", &path).header(("if-match", version)).send().await.status, 204);
        }
        assert_eq!(the_draft(&app).await["sessions"], json!([]));
        write_session(&app, &session(title, "09:00", "Main")).await;
    };
    write_session(&app, &session("Reviewed", "09:00", "Main")).await;
    let reviewed = tag().await;
    replace("Unreviewed").await;
    let released = organise(&app, "POST", "/release").header(("if-match", reviewed.as_str())).send().await;
    assert_eq!(released.error(), (412, "PRECONDITION_FAILED"));
    // The conference is deleted and written anew: nobody has read its draft either.
    let before = tag().await;
    replace("Gone").await;
    let last = the_draft(&app).await;
    let path = format!("/sessions/{}", last["sessions"][0]["id"].as_str().unwrap());
    assert_eq!(organise(&app, "DELETE", &path).header(("if-match", "\"1\"")).send().await.status, 204);
    let deleted = crate::conferences::organise(&app, "DELETE", "/ibw-2026").header(("if-match", "\"1\"")).send().await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    assert_eq!(organise(&app, "GET", "/draft").send().await.error(), (404, "NOT_FOUND"));
    let orphan = organise(&app, "POST", "/sessions").json(&session("Orphan", "09:00", "Main")).send().await;
    assert_eq!(orphan.error(), (404, "NOT_FOUND"));
    write_conference(&app, "ibw-2026").await;
    assert_eq!(the_draft(&app).await["sessions"], json!([]));
    write_session(&app, &session("Unreviewed", "09:00", "Main")).await;
    for stale in [reviewed, before] {
        let released = organise(&app, "POST", "/release").header(("if-match", stale)).send().await;
        assert_eq!(released.error(), (412, "PRECONDITION_FAILED"));
    }
}

#[tokio::test]
async fn session_that_comes_back_continues_its_versions() {
    let app = with_conference().await;
    import_schedule(&app, &democon()).await;
    publish(&app).await;
    let first = the_draft(&app).await["sessions"][0].clone();
    let path = format!("/sessions/{}", first["id"].as_str().unwrap());
    let changes = json!({"title": "Changed"});
    let changed = organise(&app, "PATCH", &path).header(("if-match", "\"1\"")).json(&changes).send().await;
    assert_eq!(changed.header("etag"), "\"2\"", "{}", changed.text);
    assert_eq!(organise(&app, "DELETE", &path).header(("if-match", "\"2\"")).send().await.status, 204);
    import_schedule(&app, &democon()).await;
    let draft = the_draft(&app).await;
    let back = draft["sessions"].as_array().unwrap().iter().find(|session| session["id"] == first["id"]).unwrap();
    assert!(back["version"].as_u64().unwrap() > 2, "{back}");
    for stale in ["\"1\"", "\"2\""] {
        let refused = organise(&app, "PATCH", &path).header(("if-match", stale)).json(&changes).send().await;
        assert_eq!(refused.error(), (412, "PRECONDITION_FAILED"), "{stale}");
    }
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
