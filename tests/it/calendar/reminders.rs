//! Reminders before bookmarked sessions: each once, at the time that was chosen, however often and late somebody looks.

use std::time::{Duration, Instant};

use ibw::scheduled::Batch;
use ibw::users::model::User;
use serde_json::{Value, json};

use super::{SLUG, mark, release, released, session, session_id, somebody, three_sessions, unbookmark};
use crate::conferences::{conference, organise};
use crate::delivery::world::World;
use crate::support::app::{Login, TestApp};
use crate::users::entities;

/// What a run does, under its function's policy.
pub(super) async fn run(app: &TestApp) -> Batch {
    let reminders = app.domains("notification-scheduler").0.calendar.reminders;
    reminders.run(Instant::now() + Duration::from_secs(60)).await.expect("a run")
}

/// What a run came to that wrote so many.
pub(super) fn sent(count: usize) -> Batch {
    Batch { due: count, done: count, failed: 0 }
}

/// Lets time pass until then.
pub(super) fn wait_until(app: &TestApp, time: &str) {
    let time: ibw::time::Time = time.parse().expect("a time");
    app.clock.advance(time.seconds() - app.now().seconds());
}

/// Bookmarks a session for many.
pub(super) async fn bookmarked_by(app: &TestApp, users: &[User], number: i64) {
    let bookmarks = ibw::agenda::repository::BookmarkRepository::new(&app.backstage().platform);
    for user in users {
        let bookmark = ibw::agenda::bookmark::Bookmark {
            user_id: user.id,
            conference: SLUG.parse().unwrap(),
            session_id: session_id(number),
            bookmarked_at: app.now(),
        };
        bookmarks.put(&bookmark).await.unwrap();
    }
}

/// Chooses a lead.
pub(super) async fn choose(app: &TestApp, login: &Login, minutes: u16) {
    let request = app.notifications().put("/api/v1/notifications/preferences").header(login.bearer());
    assert_eq!(request.json(&json!({"reminder_minutes": minutes})).send().await.status, 200);
}

/// The notices of reminders that the outbox has, each with the seconds that the queue keeps it back.
pub(super) fn notices(app: &TestApp) -> Vec<(Value, u64)> {
    let notice = |item: &Value| -> (Value, u64) {
        let payload: Value = serde_json::from_str(item["payload"]["S"].as_str().unwrap()).unwrap();
        (payload["notice"].clone(), item["delay_seconds"]["N"].as_str().unwrap().parse().unwrap())
    };
    entities(app, "notifications", "outbox").iter().map(notice).collect()
}

/// Whom the outbox has reminders for, with the session's title.
pub(super) fn outbox(app: &TestApp) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all = Vec::new();
    for (notice, _) in notices(app) {
        let users = notice["to"]["users"].as_array().unwrap();
        all.extend(users.iter().map(|user| (text(user), text(&notice["arguments"]["title"]))));
    }
    all.sort();
    all
}

#[tokio::test]
async fn bookmarker_is_reminded_once_a_quarter_of_an_hour_before() {
    let world = World::obliging().await;
    let app = &world.app;
    released(app, &three_sessions()).await;
    let (login, _) = (somebody(app, 1).await, somebody(app, 2).await);
    mark(app, &login, 1).await;
    wait_until(app, "2026-12-01T09:43:59+05:30");
    assert_eq!(run(app).await, sent(0));
    app.clock.advance(1);
    assert_eq!(run(app).await, sent(1));
    app.clock.advance(60);
    assert_eq!(run(app).await, sent(0), "once");
    world.drain().await;
    let login = somebody(app, 1).await;
    let feed = app.notifications().get("/api/v1/notifications").header(login.bearer()).send().await;
    let items = feed.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "and nobody else: {}", feed.text);
    let told = (&items[0]["title"], &items[0]["body"], &items[0]["category"]);
    assert_eq!(told, (&json!("Starting soon"), &json!("Session 1\n10:00, Tue 1 Dec 2026\nHall A"), &json!("agenda")));
    assert_eq!(world.telegram.log().len(), 1);
}

#[tokio::test]
async fn lead_is_each_users_choice() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let logins = [somebody(&app, 1).await, somebody(&app, 2).await, somebody(&app, 3).await, somebody(&app, 4).await];
    for (login, minutes) in logins.iter().zip([1440, 60, 0, 5]) {
        choose(&app, login, minutes).await;
        mark(&app, login, 1).await;
    }
    for (time, expected) in [
        ("2026-11-30T09:58:59+05:30", 0),
        ("2026-11-30T09:59:00+05:30", 1),
        ("2026-12-01T08:58:59+05:30", 0),
        ("2026-12-01T08:59:00+05:30", 1),
        ("2026-12-01T09:53:59+05:30", 0),
        // The run of 09:54, 59 seconds late: the lead of five minutes is kept.
        ("2026-12-01T09:54:59+05:30", 1),
        ("2026-12-01T09:59:59+05:30", 0),
    ] {
        wait_until(&app, time);
        assert_eq!(run(&app).await, sent(expected), "{time}");
    }
    let mut told: Vec<(String, String)> = [0, 1, 3].map(|n| (logins[n].user_id.clone(), "Session 1".to_owned())).into();
    told.sort();
    assert_eq!(outbox(&app), told);
}

#[tokio::test]
async fn bookmarker_within_the_lead_is_reminded_at_the_next_run_and_after_the_start_not_at_all() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    mark(&app, &somebody(&app, 1).await, 1).await;
    wait_until(&app, "2026-12-01T09:58:00+05:30");
    assert_eq!(run(&app).await, sent(1), "a late run reminds all the same");
    let [early, late, too_late] = [somebody(&app, 1).await, somebody(&app, 2).await, somebody(&app, 3).await];
    mark(&app, &late, 1).await;
    assert_eq!(unbookmark(&app, &early, 1).await.status, 204);
    mark(&app, &early, 1).await;
    assert_eq!(run(&app).await, sent(1), "the one who came late, and the other not again");
    mark(&app, &too_late, 1).await;
    wait_until(&app, "2026-12-01T10:00:00+05:30");
    assert_eq!(run(&app).await, sent(0));
}

#[tokio::test]
async fn cancelled_session_is_not_reminded_of_and_a_moved_one_at_its_new_time() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    for number in [1, 2] {
        mark(&app, &login, number).await;
    }
    wait_until(&app, "2026-12-01T09:45:00+05:30");
    assert_eq!(run(&app).await, sent(1));
    let moved = session(1, "2026-12-01T15:00:00+05:30", "2026-12-01T16:00:00+05:30");
    release(&app, SLUG, &[moved]).await;
    wait_until(&app, "2026-12-01T10:50:00+05:30");
    assert_eq!(run(&app).await, sent(0), "session 2 is cancelled");
    wait_until(&app, "2026-12-01T14:45:00+05:30");
    assert_eq!(run(&app).await, sent(1), "session 1 is at another time");
    assert_eq!(run(&app).await, sent(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_at_the_same_time_remind_everybody_once() {
    let world = World::obliging().await;
    let app = &world.app;
    released(app, &three_sessions()).await;
    let users = world.crowd(170);
    bookmarked_by(app, &users, 1).await;
    wait_until(app, "2026-12-01T09:50:00+05:30");
    let (first, second) = tokio::join!(run(app), run(app));
    assert_eq!((first.done + second.done, first.failed + second.failed), (170, 0));
    let mut told: Vec<String> = outbox(app).into_iter().map(|(user, _)| user).collect();
    told.dedup();
    assert_eq!(told.len(), 170);
    assert_eq!(run(app).await, sent(0));
}

#[tokio::test]
async fn run_without_time_does_nothing_and_the_next_does_it() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let login = somebody(&app, 1).await;
    mark(&app, &login, 1).await;
    wait_until(&app, "2026-12-01T09:50:00+05:30");
    let reminders = app.domains("notification-scheduler").0.calendar.reminders;
    assert_eq!(reminders.run(Instant::now()).await.unwrap(), sent(0));
    assert_eq!(run(&app).await, sent(1));
}

#[tokio::test]
async fn agenda_that_cannot_be_read_keeps_nobody_elses_reminders() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    mark(&app, &somebody(&app, 1).await, 1).await;
    let mut other = conference("a-broken-one");
    other["start_date"] = json!("2026-11-30");
    assert_eq!(organise(&app, "POST", "").json(&other).send().await.status, 201);
    let head = json!({"pk": {"S": "CONF#a-broken-one"}, "sk": {"S": "AGENDA"}});
    let request = serde_json::from_value(json!({"TableName": "ibw-test-conferences", "Item": head})).unwrap();
    app.database.engine.put_item(request).expect("an agenda that is none");
    wait_until(&app, "2026-12-01T09:50:00+05:30");
    assert_eq!(run(&app).await, Batch { due: 2, done: 1, failed: 1 });
}

#[tokio::test]
async fn late_bookmark_with_a_long_lead_is_reminded_at_once_or_at_the_usual_time() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let (soon, late) = (somebody(&app, 1).await, somebody(&app, 2).await);
    for login in [&soon, &late] {
        choose(&app, login, 60).await;
    }
    wait_until(&app, "2026-12-01T09:09:00+05:30");
    mark(&app, &somebody(&app, 1).await, 1).await;
    assert_eq!(run(&app).await, sent(1), "within ten minutes of the chosen time");
    wait_until(&app, "2026-12-01T09:11:00+05:30");
    mark(&app, &somebody(&app, 2).await, 1).await;
    for (time, expected) in [
        ("2026-12-01T09:11:00+05:30", 0),
        ("2026-12-01T09:43:59+05:30", 0),
        ("2026-12-01T09:44:00+05:30", 1),
        ("2026-12-01T09:59:00+05:30", 0),
    ] {
        wait_until(&app, time);
        assert_eq!(run(&app).await, sent(expected), "{time}");
    }
}
