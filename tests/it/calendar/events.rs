//! Side events in people's calendars, and reminders before them.

use serde_json::{Value, json};

use super::feed::{address, get, understood};
use super::reminders::{bookmarked_by, notices, run, sent, wait_until};
use super::{mark, released, session, session_id, somebody, three_sessions};
use crate::delivery::world::World;
use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::request::TestRequest;

fn ask(app: &TestApp, login: &Login, method: &str, path: &str) -> TestRequest {
    app.events().request(method.parse().unwrap(), &format!("/api/v1/events{path}")).header(login.bearer())
}

/// A published event on the conference's first day, from 10:30 to 12:30.
async fn event(app: &TestApp, host: &Login) -> String {
    let event = json!({
        "title": "Rooftop, breakfast", "starts_at": "2026-12-01T10:30:00+05:30", "ends_at": "2026-12-01T12:30:00+05:30",
        "timezone": "Asia/Kolkata", "format": "in-person", "requires_approval": false,
        "location": {"name": "Rooftop", "address": "1 High Street", "lat": 12.9716, "lng": 77.5946},
    });
    let written = ask(app, host, "POST", "").json(&event).send().await;
    assert_eq!(written.status, 201, "{}", written.text);
    let id = written.json["id"].as_str().unwrap().to_owned();
    let approve = app.events().post(&format!("/api/v1/events/{id}/approve")).header(("x-api-key", ADMIN_API_KEY));
    let approved = approve.header(("if-match", written.header("etag"))).send().await;
    assert_eq!(approved.status, 200, "{}", approved.text);
    id
}

async fn register(app: &TestApp, login: &Login, event: &str) {
    let registered = ask(app, login, "POST", &format!("/{event}/registrations")).send().await;
    assert_eq!((registered.status, &registered.json["state"]), (201, &json!("approved")), "{}", registered.text);
}

async fn cancel(app: &TestApp, host: &Login, event: &str) {
    let shown = ask(app, host, "GET", &format!("/{event}")).send().await;
    let request = ask(app, host, "DELETE", &format!("/{event}")).header(("if-match", shown.header("etag")));
    let cancelled = request.send().await;
    assert_eq!(cancelled.status, 204, "{}", cancelled.text);
}

#[tokio::test]
async fn feed_has_sessions_and_side_events_in_order_and_what_was_cancelled() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let (host, guest) = (somebody(&app, 1).await, somebody(&app, 2).await);
    let id = event(&app, &host).await;
    register(&app, &guest, &id).await;
    for number in [1, 2] {
        mark(&app, &guest, number).await;
    }
    let address = address(&app, &guest).await;
    let entries = async || -> Vec<Value> {
        let calendar = understood(&get(&app, &address).await.text, &["Asia/Kolkata"]);
        calendar["entries"].as_array().unwrap().clone()
    };
    let before = entries().await;
    let uid = |id: &dyn std::fmt::Display| json!(format!("{id}@indiablockchainweek.com"));
    let uids: Vec<&Value> = before.iter().map(|entry| &entry["uid"]).collect();
    assert_eq!(uids, [&uid(&session_id(1)), &uid(&id), &uid(&session_id(2))]);
    let party = &before[1];
    let seen = ["summary", "location", "status"].map(|name| &party[name]);
    assert_eq!(seen, ["Rooftop, breakfast", "Rooftop, 1 High Street", "CONFIRMED"]);
    assert_eq!(
        (&party["starts"][0], &party["ends"][0]),
        (&json!("2026-12-01T10:30:00+05:30"), &json!("2026-12-01T12:30:00+05:30"))
    );
    cancel(&app, &host, &id).await;
    let after = entries().await;
    assert_eq!((&after[1]["uid"], &after[1]["status"]), (&party["uid"], &json!("CANCELLED")));
    assert!(after[1]["sequence"].as_u64() > party["sequence"].as_u64());
    assert_eq!([&after[0], &after[2]], [&before[0], &before[2]]);
}

#[tokio::test]
async fn guests_are_reminded_once_and_of_nothing_that_was_cancelled() {
    let app = TestApp::start().await;
    let host = somebody(&app, 1).await;
    let (party, cancelled) = (event(&app, &host).await, event(&app, &host).await);
    let (guest, early, left) = (somebody(&app, 2).await, somebody(&app, 3).await, somebody(&app, 4).await);
    for login in [&guest, &early, &left] {
        register(&app, login, &party).await;
        register(&app, login, &cancelled).await;
    }
    let leave = ask(&app, &left, "DELETE", &format!("/{party}/registrations/me")).send().await;
    assert_eq!(leave.status, 200, "{}", leave.text);
    let choices = app.notifications().put("/api/v1/notifications/preferences").header(early.bearer());
    assert_eq!(choices.json(&json!({"reminder_minutes": 120})).send().await.status, 200);
    cancel(&app, &host, &cancelled).await;
    for (time, expected) in [
        ("2026-12-01T08:28:59+05:30", 0),
        ("2026-12-01T08:29:00+05:30", 1),
        ("2026-12-01T10:14:00+05:30", 1),
        ("2026-12-01T10:20:00+05:30", 0),
        ("2026-12-01T10:30:00+05:30", 0),
    ] {
        wait_until(&app, time);
        assert_eq!(run(&app).await, sent(expected), "{time}");
    }
    let notices = notices(&app);
    assert_eq!(notices.len(), 2);
    for (notice, _) in notices {
        let arguments =
            json!({"title": "Rooftop, breakfast", "starts_at": "10:30, Tue 1 Dec 2026", "place": "Rooftop"});
        assert_eq!((&notice["template"], &notice["arguments"]), (&json!("event-reminder"), &arguments));
        assert!([&guest, &early].iter().any(|login| notice["to"]["users"] == json!([login.user_id])));
    }
}

#[tokio::test]
async fn reminders_of_an_event_begin_earlier_if_many_are_of_sessions_before_it() {
    let world = World::obliging().await;
    let app = &world.app;
    released(app, &[session(1, "2026-12-01T10:29:00+05:30", "2026-12-01T11:00:00+05:30")]).await;
    let (host, guest) = (somebody(app, 1).await, somebody(app, 2).await);
    let party = event(app, &host).await;
    register(app, &guest, &party).await;
    bookmarked_by(app, &world.crowd(250), 1).await;
    // 250 people take 15.6 seconds.
    for (time, expected) in [
        ("2026-12-01T10:12:44+05:30", 0),
        ("2026-12-01T10:12:45+05:30", 250),
        ("2026-12-01T10:13:44+05:30", 0),
        ("2026-12-01T10:13:45+05:30", 1),
        ("2026-12-01T10:14:45+05:30", 0),
    ] {
        wait_until(app, time);
        assert_eq!(run(app).await, sent(expected), "{time}");
    }
}
