//! Bookmarks: put, listed, taken away, counted, exported and erased.

use std::sync::Arc;
use std::time::Duration;

use ibw::agenda::bookmark::{Bookmark, MAX_BOOKMARKS};
use ibw::agenda::repository::BookmarkRepository;
use serde_json::{Value, json};

use super::{
    BOOKMARKS, SLUG, bookmark, bookmarked, release, released, session, session_id, somebody, three_sessions, unbookmark,
};
use crate::housekeeping;
use crate::support::app::TestApp;
use crate::users::entities;

fn ids(sessions: &[Value]) -> Vec<&Value> {
    sessions.iter().map(|session| &session["id"]).collect()
}

/// How many bookmarks the table says that everybody has.
fn counts(app: &TestApp) -> Vec<String> {
    let counts = entities(app, "conferences", "bookmark_count");
    counts.iter().map(|count| count["bookmarks"]["N"].as_str().expect("a number").to_owned()).collect()
}

#[tokio::test]
async fn bookmark_put_twice_is_one_and_deleted_twice_is_none() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    for _ in 0..2 {
        assert_eq!(bookmark(&app, &login, 2).await.status, 204);
        assert_eq!(ids(&bookmarked(&app, &login).await), [&json!(session_id(2))]);
        assert_eq!((entities(&app, "conferences", "bookmark").len(), counts(&app)), (1, vec!["1".to_owned()]));
    }
    for _ in 0..2 {
        assert_eq!(unbookmark(&app, &login, 2).await.status, 204);
        assert!(bookmarked(&app, &login).await.is_empty());
        assert_eq!((entities(&app, "conferences", "bookmark").len(), counts(&app)), (0, vec!["0".to_owned()]));
    }
}

#[tokio::test]
async fn bookmark_of_what_is_not_in_the_current_release_is_not_found() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    release(&app, SLUG, &three_sessions()[..2]).await;
    for number in [3, 4] {
        assert_eq!(bookmark(&app, &login, number).await.error(), (404, "NOT_FOUND"), "{number}");
    }
    for path in ["/api/v1/conferences/other/agenda/bookmarks/", "/api/v1/conferences/A/agenda/bookmarks/"] {
        let path = format!("{path}{}", session_id(1));
        assert_eq!(app.agenda().put(&path).header(login.bearer()).send().await.error(), (404, "NOT_FOUND"), "{path}");
    }
    let no_id = app.agenda().put(&format!("{BOOKMARKS}/1")).header(login.bearer()).send().await;
    assert_eq!(no_id.error(), (404, "NOT_FOUND"));
    assert!(bookmarked(&app, &login).await.is_empty());
}

#[tokio::test]
async fn bookmarks_are_in_order_of_time_with_what_clashes_and_what_is_cancelled() {
    let app = TestApp::start().await;
    let mut sessions = three_sessions();
    sessions.push(session(4, "2026-12-01T10:30:00+05:30", "2026-12-01T11:30:00+05:30"));
    released(&app, &sessions).await;
    let login = somebody(&app, 1).await;
    assert!(bookmarked(&app, &login).await.is_empty(), "none yet");
    for number in [3, 4, 1, 2] {
        assert_eq!(bookmark(&app, &login, number).await.status, 204);
    }
    sessions.remove(2);
    release(&app, SLUG, &sessions).await;
    let seen: Vec<Value> = bookmarked(&app, &login)
        .await
        .iter()
        .map(|one| json!([one["id"], one["clashes_with"], one["cancelled"], one["sequence"], one["bookmarked_at"]]))
        .collect();
    let [first, second, third, fourth] = [1, 2, 3, 4].map(session_id);
    let at = app.now();
    let expected = [
        json!([first, [fourth], false, 0, at]),
        json!([fourth, [first, second], false, 0, at]),
        json!([second, [fourth], false, 0, at]),
        json!([third, [], true, 1, at]),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn bookmarks_are_ones_own() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let (asha, maya) = (somebody(&app, 1).await, somebody(&app, 2).await);
    bookmark(&app, &asha, 1).await;
    assert!(bookmarked(&app, &maya).await.is_empty());
    assert_eq!(unbookmark(&app, &maya, 1).await.status, 204);
    assert_eq!(bookmarked(&app, &asha).await.len(), 1);
    let path = format!("{BOOKMARKS}/{}", session_id(1));
    for request in [app.agenda().get(BOOKMARKS), app.agenda().put(&path), app.agenda().delete(&path)] {
        assert_eq!(request.send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_bookmark_that_there_may_be_goes_to_one_of_many_at_once() {
    let app = Arc::new(TestApp::start().await);
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    let repository = BookmarkRepository::new(&app.backstage().platform);
    for number in 0..i64::try_from(MAX_BOOKMARKS).unwrap() - 1 {
        let bookmark = Bookmark {
            user_id: login.user_id.parse().unwrap(),
            conference: "another".parse().unwrap(),
            session_id: session_id(1_000 + number),
            bookmarked_at: app.now(),
        };
        repository.put(&bookmark).await.unwrap();
    }
    let at_once = [1, 2, 3].map(|number| {
        let (app, login) = (Arc::clone(&app), login.clone());
        tokio::spawn(async move { bookmark(&app, &login, number).await })
    });
    let mut answers = Vec::new();
    for one in at_once {
        let answer = one.await.unwrap();
        answers.push((answer.status, answer.json["code"].as_str().unwrap_or_default().to_owned()));
    }
    answers.sort();
    let refused = || (409, "TOO_MANY_BOOKMARKS".to_owned());
    assert_eq!(answers, [(204, String::new()), refused(), refused()]);
    assert_eq!(counts(&app), [MAX_BOOKMARKS.to_string()]);
}

#[tokio::test]
async fn bookmarks_take_few_requests() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    let agenda = app.agenda();
    let path = format!("{BOOKMARKS}/{}", session_id(1));
    let calls = |expected: &[&str]| {
        let mut calls: Vec<String> = agenda.watch.take().into_iter().map(|call| call.operation).collect();
        calls.sort();
        assert_eq!(calls, expected);
    };
    // Each begins with the count of the request.
    assert_eq!(agenda.put(&path).header(login.bearer()).send().await.status, 204);
    calls(&["GetItem", "Query", "TransactWriteItems", "UpdateItem"]);
    assert_eq!(agenda.get(BOOKMARKS).header(login.bearer()).send().await.status, 200);
    // The release is in the instance's memory now.
    calls(&["Query", "UpdateItem"]);
    assert_eq!(agenda.delete(&path).header(login.bearer()).send().await.status, 204);
    calls(&["TransactWriteItems", "UpdateItem"]);
}

#[tokio::test]
async fn bookmarks_and_calendar_are_exported_and_erased_with_their_user() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let (leaver, stayer) = (somebody(&app, 1).await, somebody(&app, 2).await);
    for login in [&leaver, &stayer] {
        bookmark(&app, login, 1).await;
        bookmark(&app, login, 3).await;
        assert_eq!(app.agenda().post("/api/v1/calendar/token").header(login.bearer()).send().await.status, 201);
    }
    let export = app.users().get("/api/v1/users/me/export").header(leaver.bearer()).send().await;
    let of = |number| {
        json!({
            "user_id": leaver.user_id, "conference": SLUG, "session_id": session_id(number), "bookmarked_at": app.now(),
        })
    };
    assert_eq!(export.json["plan"], json!({"bookmarks": [of(1), of(3)], "calendar_since": app.now()}));
    app.leave(&leaver).await;
    app.clock.advance(7 * 24 * 3600);
    housekeeping::run(&app, Duration::from_secs(60)).await.unwrap();
    let left: Vec<Value> =
        app.database.items("conferences").into_iter().filter(|item| item.to_string().contains("usr_")).collect();
    assert!(left.iter().all(|item| !item.to_string().contains(&leaver.user_id)), "{left:?}");
    let kinds = ["bookmark", "bookmark_count", "calendar", "calendar_token"];
    assert_eq!(kinds.map(|kind| entities(&app, "conferences", kind).len()), [2, 1, 1, 1], "the other's stay");
}
