//! `ETag`, `If-None-Match` and `If-Match` alike on all routes.

use serde_json::{Value, json};

use crate::agenda::{self, organise as plan, session, with_conference, write_session};
use crate::events::{ask, organise, people, published, register};
use crate::structure::read;
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::{TestFunction, TestRequest, TestResponse};

#[test]
fn every_read_that_sends_an_etag_takes_it_back() {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).unwrap();
    let reads = document["paths"].as_object().unwrap().iter().filter_map(|(path, item)| Some((path, item.get("get")?)));
    let tagged = reads.filter(|(_, operation)| !operation["responses"]["200"]["headers"]["ETag"].is_null());
    let mut count = 0;
    for (path, operation) in tagged {
        count += 1;
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        assert!(parameters.any(|parameter| parameter["name"] == "If-None-Match"), "{path} has no `If-None-Match`");
        let unchanged = &operation["responses"]["304"];
        assert!(unchanged["headers"]["ETag"].is_object() && unchanged["content"].is_null(), "{path}: {unchanged}");
    }
    assert!(count > 10, "{count} reads send an `ETag`");
}

/// A read of an organiser, by someone who has these.
async fn again(function: TestFunction, path: &str, known: &str) -> TestResponse {
    function.get(path).header(("x-api-key", ADMIN_API_KEY)).header(("if-none-match", known)).send().await
}

/// Asserts that the read is 304 for its own tag, and answers the tag.
async fn unchanged(function: &TestFunction, path: &str, version: u64) -> String {
    let tag = again(function.clone(), path, "").await.header("etag").to_owned();
    assert!(tag.starts_with(&format!("\"{version}-")), "{path}: {tag}");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"7\", {tag}"), "*".to_owned()] {
        let response = again(function.clone(), path, &known).await;
        assert_eq!((response.status, response.text.as_str(), response.header("etag")), (304, "", &*tag), "{known}");
    }
    for other in [format!("\"{version}\""), format!("\"{version}-00\""), tag.replace('"', "")] {
        assert_eq!(again(function.clone(), path, &other).await.status, 200, "{path} {other}");
    }
    tag
}

#[tokio::test]
async fn event_is_304_until_its_seats_change_and_its_tag_still_names_its_version() {
    let app = TestApp::start().await;
    let logins = people(&app, 1, 2).await;
    let (host, guest) = (&logins[0], &logins[1]);
    let id = published(&app, host, json!({"capacity": 5})).await;
    let path = format!("/api/v1/events/{id}");
    let before = unchanged(&app.events(), &path, 2).await;
    assert_eq!(register(&app, guest, &id, "register").await.status, 201);
    let after = again(app.events(), &path, &before).await;
    assert_eq!(after.status, 200, "a seat was taken");
    assert_ne!(after.header("etag"), before);
    let patch = ask(&app, host, "PATCH", &format!("/{id}")).header(("if-match", before)).json(&json!({"capacity": 6}));
    let changed = patch.send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let known = ask(&app, host, "GET", &format!("/{id}")).header(("if-none-match", changed.header("etag")));
    assert_eq!(known.send().await.status, 304, "the answer to a change has the tag of the read that follows");
    let stale = organise(&app, "DELETE", &format!("/{id}")).header(("if-match", after.header("etag"))).send().await;
    assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"));
}

#[tokio::test]
async fn draft_and_speaker_are_304_until_what_they_show_changes() {
    let app = with_conference().await;
    let speakers = format!("{}/speakers", agenda::CONFERENCE);
    let send = |request: TestRequest| request.header(("x-api-key", ADMIN_API_KEY)).send();
    let asha = send(app.speakers().post(&speakers).json(&json!({"name": "Asha"}))).await.json["id"].clone();
    let mut talk = session("Keynote", "09:00", "Main");
    talk["speakers"] = json!([asha]);
    write_session(&app, &talk).await;
    let [draft, diff] = ["draft", "diff"].map(|path| format!("{}/agenda/{path}", agenda::CONFERENCE));
    let speaker = format!("/api/v1/speakers/{}", asha.as_str().unwrap());
    let tags = [unchanged(&app.agenda(), &draft, 1).await, unchanged(&app.agenda(), &diff, 1).await];
    let alone = unchanged(&app.speakers(), &speaker, 1).await;
    let released = plan(&app, "POST", "/release").header(("if-match", tags[0].as_str())).send().await;
    assert_eq!(released.status, 201, "{}", released.text);
    assert_eq!(again(app.speakers(), &speaker, &alone).await.status, 200, "the speaker has a session now");
    assert_eq!(again(app.agenda(), &diff, &tags[1]).await.status, 200, "nothing differs now");
    let tag = again(app.speakers(), &speaker, "").await.header("etag").to_owned();
    let rename = app.speakers().patch(&speaker).header(("if-match", tag)).json(&json!({"name": "Asha Rao"}));
    assert_eq!(send(rename).await.status, 200);
    assert_eq!(again(app.agenda(), &draft, &tags[0]).await.status, 200, "the speaker has another name");
}
