//! Speakers: everybody reads them, organisers write them, and each may be a user.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::agenda::{CONFERENCE, with_conference};
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::audit::{assert_audit_is_silent_about, audit_of, audited_actions};
use crate::support::request::TestRequest;
use crate::support::telegram::Person;
use crate::users::places;

/// An organiser's request.
fn organise(app: &TestApp, method: &str, path: &str) -> TestRequest {
    let method = method.parse().expect("a method");
    app.speakers().request(method, path).header(("x-api-key", ADMIN_API_KEY))
}

/// Writes a speaker; answers them.
async fn write(app: &TestApp, speaker: &Value) -> Value {
    let written = organise(app, "POST", &format!("{CONFERENCE}/speakers")).json(speaker).send().await;
    assert_eq!(written.status, 201, "{}", written.text);
    written.json
}

fn path(speaker: &Value) -> String {
    format!("/api/v1/speakers/{}", speaker["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn speaker_is_written_changed_and_deleted() {
    let app = with_conference().await;
    let new = json!({"name": "Asha Rao", "title": "CTO", "bio": "Builds.", "twitter_username": "@asha_rao"});
    let written = write(&app, &new).await;
    let fields = (&written["slug"], &written["twitter_username"], &written["conference"]);
    assert_eq!(fields, (&json!("asha-rao"), &json!("asha_rao"), &json!("ibw-2026")));
    let read = app.speakers().get(&path(&written)).send().await;
    assert_eq!((read.status, &read.json["version"], &read.json["sessions"]), (200, &json!(1), &json!([])));
    assert_eq!(read.json["bio"], "Builds.");
    let changes = json!({"title": null, "name": "Asha R."});
    let blind = organise(&app, "PATCH", &path(&written)).json(&changes).send().await;
    assert_eq!(blind.error(), (428, "PRECONDITION_REQUIRED"));
    let changed = organise(&app, "PATCH", &path(&written)).header(("if-match", "\"1\"")).json(&changes).send().await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""), "{}", changed.text);
    assert_eq!((&changed.json["title"], &changed.json["slug"]), (&Value::Null, &json!("asha-rao")));
    let stale = organise(&app, "DELETE", &path(&written)).header(("if-match", "\"1\"")).send().await;
    assert_eq!(stale.error(), (412, "PRECONDITION_FAILED"));
    let deleted = organise(&app, "DELETE", &path(&written)).header(("if-match", "\"2\"")).send().await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    assert_eq!(app.speakers().get(&path(&written)).send().await.error(), (404, "NOT_FOUND"));
    // The slug is free again.
    write(&app, &new).await;
}

#[tokio::test]
async fn speaker_of_a_taken_slug_or_no_conference_is_refused() {
    let app = with_conference().await;
    write(&app, &json!({"name": "Asha Rao"})).await;
    let speakers = format!("{CONFERENCE}/speakers");
    let taken = organise(&app, "POST", &speakers).json(&json!({"name": "Asha Rao"})).send().await;
    assert_eq!(taken.error(), (409, "SPEAKER_SLUG_TAKEN"));
    write(&app, &json!({"name": "Asha Rao", "slug": "asha-rao-2"})).await;
    let elsewhere = "/api/v1/conferences/none/speakers";
    assert_eq!(organise(&app, "POST", elsewhere).json(&json!({"name": "A"})).send().await.error(), (404, "NOT_FOUND"));
    assert_eq!(app.speakers().get(elsewhere).send().await.error(), (404, "NOT_FOUND"));
    let unknown = organise(&app, "POST", &speakers).json(&json!({"name": "B", "email": "b@example.org"})).send().await;
    assert_eq!(unknown.error(), (400, "INVALID_BODY"));
    let anonymous = app.speakers().post(&speakers).json(&json!({"name": "B"})).send().await;
    assert_eq!(anonymous.error(), (401, "AUTHENTICATION_REQUIRED"));
}

#[tokio::test]
async fn speakers_are_listed_by_name_in_pages() {
    let app = with_conference().await;
    for name in ["Émile", "asha", "Brian"] {
        write(&app, &json!({"name": name})).await;
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let page = app.speakers().get(&format!("{CONFERENCE}/speakers?limit=2")).send().await.json;
    assert_eq!(names(&page), ["asha", "Brian"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = app.speakers().get(&format!("{CONFERENCE}/speakers?limit=2&cursor={cursor}")).send().await.json;
    assert_eq!((names(&rest), &rest["next_cursor"]), (vec!["Émile".to_owned()], &Value::Null));
}

#[tokio::test]
async fn user_is_one_speaker_of_a_conference_at_most() {
    let app = with_conference().await;
    let (asha, brian) = (write(&app, &json!({"name": "Asha"})).await, write(&app, &json!({"name": "Brian"})).await);
    let user = app.login(&Person::new(1)).await.user_id;
    let link = |speaker: &Value, user: Value| {
        organise(&app, "PUT", &format!("{}/user", path(speaker))).json(&json!({"user_id": user})).send()
    };
    let linked = link(&asha, json!(user)).await;
    assert_eq!((linked.status, &linked.json["user_id"], linked.header("etag")), (200, &json!(user), "\"2\""));
    let again = link(&asha, json!(user)).await;
    assert_eq!((again.status, again.header("etag")), (200, "\"2\""));
    assert_eq!(link(&brian, json!(user)).await.error(), (409, "SPEAKER_USER_TAKEN"));
    let unknown = link(&brian, json!("usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W")).await;
    assert_eq!((unknown.error(), places(&unknown)), ((400, "INVALID_BODY"), vec!["user_id"]));
    let absent = organise(&app, "PUT", &format!("{}/user", path(&brian))).json(&json!({})).send().await;
    assert_eq!(absent.error(), (400, "INVALID_BODY"));
    assert_eq!(link(&asha, Value::Null).await.json["user_id"], Value::Null);
    assert_eq!(link(&brian, json!(user)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_speakers_linked_to_a_user_at_once_one_is() {
    let app = Arc::new(with_conference().await);
    let user = app.login(&Person::new(1)).await.user_id;
    let speakers = [write(&app, &json!({"name": "Asha"})).await, write(&app, &json!({"name": "Brian"})).await];
    let links = speakers.map(|speaker| {
        let (app, user) = (Arc::clone(&app), user.clone());
        tokio::spawn(async move {
            let request = organise(&app, "PUT", &format!("{}/user", path(&speaker))).json(&json!({"user_id": user}));
            request.send().await.status
        })
    });
    let mut statuses = Vec::new();
    for link in links {
        statuses.push(link.await.expect("no panic"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn link_to_a_user_is_exported_and_ends_with_the_user() {
    let app = with_conference().await;
    let (login, other) = (app.login(&Person::new(1)).await, app.login(&Person::new(2)).await);
    let speaker = write(&app, &json!({"name": "Asha"})).await;
    let link = |user: String| {
        let request = organise(&app, "PUT", &format!("{}/user", path(&speaker)));
        request.json(&json!({"user_id": user}))
    };
    assert_eq!(link(login.user_id.clone()).send().await.status, 200);
    let export = app.users().get("/api/v1/users/me/export").header(login.bearer()).send().await;
    assert_eq!(export.json["speakers"][0]["name"], "Asha");
    app.leave(&login).await;
    app.clock.advance(7 * 24 * 3600);
    let audited = audited_actions(&app);
    assert_eq!(app.privacy().erase_due(10).await.expect("erasures").done, 1);
    assert_eq!(audited_actions(&app), audited, "no organiser removed the link");
    let left = app.speakers().get(&path(&speaker)).send().await;
    assert_eq!(
        (&left.json["name"], &left.json["user_id"]),
        (&json!("Asha"), &Value::Null),
        "the organisers' profile stays"
    );
    assert!(app.database.items("conferences").iter().all(|item| !item.to_string().contains(&login.user_id)));
    assert_eq!(link(other.user_id).send().await.status, 200, "the speaker can be another user");
}

#[tokio::test]
async fn change_of_a_speaker_is_audited_once_and_says_nothing_of_the_person() {
    let app = with_conference().await;
    let login = app.login(&Person::new(1)).await;
    let new = json!({"name": "Tara Iyer", "title": "Chemist", "bio": "Builds.", "twitter_username": "tara_iyer"});
    let create = || {
        let request = organise(&app, "POST", &format!("{CONFERENCE}/speakers")).header(("idempotency-key", "one"));
        request.json(&new).send()
    };
    let written = create().await.json;
    assert_eq!(create().await.header("idempotency-replayed"), "true");
    let change = |tag: &str, title: &str| {
        let request = organise(&app, "PATCH", &path(&written)).header(("if-match", tag));
        request.json(&json!({"title": title, "bio": null})).send()
    };
    let link = || {
        let request = organise(&app, "PUT", &format!("{}/user", path(&written)));
        request.json(&json!({"user_id": login.user_id})).send()
    };
    assert_eq!((change("\"1\"", "Principal").await.status, change("\"1\"", "Principal").await.status), (200, 412));
    assert_eq!((link().await.status, organise(&app, "DELETE", &path(&written)).send().await.status), (200, 428));
    let once = json!({"conference.create": 1, "speaker.create": 1, "speaker.update": 1, "speaker.link": 1});
    assert_eq!(audited_actions(&app), once);
    // There is nothing to change.
    assert_eq!((change("\"3\"", "Principal").await.status, link().await.status), (200, 200));
    assert_eq!(audited_actions(&app), once);
    assert_eq!(organise(&app, "DELETE", &path(&written)).header(("if-match", "\"3\"")).send().await.status, 204);
    let object = format!("speakers/{}", written["id"].as_str().unwrap());
    for (action, fields, old, new) in [
        ("speaker.update", json!(["bio", "title"]), json!({}), json!({})),
        ("speaker.link", json!(["user_id"]), json!({}), json!({})),
    ] {
        let expected =
            json!({"actor": "bootstrap", "action": action, "object": object, "fields": fields, "old": old, "new": new});
        assert_eq!(audit_of(&app, action), expected);
    }
    let conference = json!({"conference": "ibw-2026"});
    let (created, deleted) = (audit_of(&app, "speaker.create"), audit_of(&app, "speaker.delete"));
    assert_eq!((&created["old"], &created["new"]), (&json!({}), &conference));
    assert_eq!((&deleted["old"], &deleted["new"]), (&conference, &json!({})));
    assert_audit_is_silent_about(&app, &["iyer", "chemist", "principal", "builds.", &login.user_id]);
}
