//! The released agenda, which everybody reads at once: an instance has it in memory, and hears of a release in time.

use serde_json::{Value, json};

use super::reading::with_large_agenda;
use super::{CONFERENCE, organise, publish, session, the_draft, titles, with_conference, write_session};
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::request::{TestFunction, TestResponse};
use crate::support::telegram::Person;

async fn agenda(instance: &TestFunction, query: &str) -> TestResponse {
    instance.get(&format!("{CONFERENCE}/agenda{query}")).send().await
}

/// Publishes the draft by this instance.
async fn publish_by(instance: &TestFunction, app: &TestApp) {
    let version = the_draft(app).await["version"].to_string();
    let release = instance.post(&format!("{CONFERENCE}/agenda/release")).header(("x-api-key", ADMIN_API_KEY));
    let released = release.header(("if-match", format!("\"{version}\""))).send().await;
    assert_eq!(released.status, 201, "{}", released.text);
}

#[tokio::test]
async fn agenda_of_300_sessions_is_read_once_and_its_head_every_five_seconds() {
    let app = with_large_agenda().await;
    let instance = app.agenda();
    let first = agenda(&instance, "").await;
    assert_eq!((first.status, first.header("etag")), (200, "\"1\""));
    assert_eq!(first.json["sessions"].as_array().unwrap().len(), 300);
    // The first counts the request.
    let calls = instance.watch.take();
    let read: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), &call.body["ConsistentRead"])).collect();
    assert_eq!(read, [("UpdateItem", &Value::Null), ("GetItem", &json!(false)), ("Query", &json!(false))]);
    for path in ["", "?day=2026-12-02", "?track=Track%201&stage=Room%203"] {
        assert_eq!(agenda(&instance, path).await.status, 200);
        let known = instance.get(&format!("{CONFERENCE}/agenda{path}")).header(("if-none-match", "W/\"1\", \"9\""));
        let known = known.send().await;
        assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", "\"1\""), "{path}");
        assert_eq!(instance.watch.operations(), ["UpdateItem"; 2], "{path}");
    }
    assert_eq!(agenda(&instance, "/releases/1").await.text, first.text);
    assert_eq!(instance.watch.operations(), ["UpdateItem"]);
    app.clock.advance(5);
    assert_eq!(agenda(&instance, "").await.text, first.text);
    let calls = instance.watch.take();
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["UpdateItem", "GetItem"]);
    assert_eq!(calls[1].body["ConsistentRead"], false);
    let other = instance.get(&format!("{CONFERENCE}/agenda")).header(("if-none-match", "\"2\"")).send().await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn agenda_from_memory_is_the_same_compressed_and_plain() {
    let app = with_large_agenda().await;
    let instance = app.agenda();
    let ask = async |encoding: &str| {
        let request = instance.get(&format!("{CONFERENCE}/agenda")).header(("accept-encoding", encoding));
        request.send_for_bytes().await
    };
    for _ in 0..2 {
        let ((plain, text), (gzip, bytes)) = (ask("identity").await, ask("gzip").await);
        let mut read = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut read).unwrap();
        assert_eq!(read, text);
        assert!(bytes.len() < text.len() / 2);
        for (headers, coding) in [(plain, None), (gzip, Some("gzip"))] {
            let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(header("content-encoding").as_deref(), coding);
            assert_eq!(header("content-type").as_deref(), Some("application/json"));
            assert!(headers.get_all("vary").iter().any(|value| value == "accept-encoding"), "{headers:?}");
        }
    }
}

#[tokio::test]
async fn release_is_seen_at_once_where_it_was_made_and_within_five_seconds_elsewhere() {
    let app = with_conference().await;
    let user = app.login(&Person::new(1)).await;
    write_session(&app, &session("A", "09:00", "Main")).await;
    let (here, there) = (app.agenda(), app.agenda());
    publish_by(&here, &app).await;
    for instance in [&here, &there] {
        assert_eq!(titles(&agenda(instance, "").await.json["sessions"]), ["A"]);
    }
    let new = write_session(&app, &session("B", "10:00", "Main")).await;
    publish_by(&here, &app).await;
    assert_eq!(titles(&agenda(&here, "").await.json["sessions"]), ["A", "B"]);
    app.clock.advance(4);
    assert_eq!(titles(&agenda(&there, "").await.json["sessions"]), ["A"]);
    // Who saw the new session elsewhere can bookmark it here.
    let path = format!("{CONFERENCE}/agenda/bookmarks/{}", new["id"].as_str().unwrap());
    let bookmarked = there.put(&path).header(user.bearer()).send().await;
    assert_eq!(bookmarked.status, 204, "{}", bookmarked.text);
    let unknown = format!("{CONFERENCE}/agenda/bookmarks/ags_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
    assert_eq!(there.put(&unknown).header(user.bearer()).send().await.error(), (404, "NOT_FOUND"));
    // It was the instance's own reading that showed the release. A third one needs the time.
    let third = app.agenda();
    assert_eq!(agenda(&third, "").await.header("etag"), "\"2\"");
    write_session(&app, &session("C", "11:00", "Main")).await;
    publish_by(&here, &app).await;
    assert_eq!(agenda(&third, "").await.header("etag"), "\"2\"");
    app.clock.advance(5);
    for instance in [&there, &third] {
        assert_eq!(agenda(instance, "").await.header("etag"), "\"3\"");
    }
}

#[tokio::test]
async fn agenda_that_is_not_released_is_asked_for_each_time() {
    let app = with_conference().await;
    write_session(&app, &session("A", "09:00", "Main")).await;
    let instance = app.agenda();
    for _ in 0..2 {
        assert_eq!(agenda(&instance, "").await.error(), (404, "NOT_FOUND"));
        let calls = instance.watch.take();
        let read: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), &call.body["ConsistentRead"])).collect();
        assert_eq!(read, [("UpdateItem", &Value::Null), ("GetItem", &json!(false)), ("GetItem", &json!(true))]);
    }
    publish(&app).await;
    assert_eq!(agenda(&instance, "").await.status, 200);
    // The draft is never remembered.
    write_session(&app, &session("B", "10:00", "Main")).await;
    assert_eq!(titles(&organise(&app, "GET", "/draft").send().await.json["sessions"]), ["A", "B"]);
}

#[tokio::test]
async fn reader_of_all_old_releases_leaves_the_current_one_in_memory() {
    let app = with_conference().await;
    let instance = app.agenda();
    for n in 0..3 {
        write_session(&app, &session(&format!("Session {n}"), "09:00", "Main")).await;
        publish_by(&instance, &app).await;
    }
    agenda(&instance, "").await;
    for number in [1, 2, 3] {
        assert_eq!(agenda(&instance, &format!("/releases/{number}")).await.json["number"], number);
    }
    instance.watch.take();
    for path in ["", "/releases/1", "/releases/2", "/releases/3"] {
        agenda(&instance, path).await;
        assert_eq!(instance.watch.operations(), ["UpdateItem"], "{path}");
    }
}
