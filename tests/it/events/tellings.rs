//! A host who edits all the time: guests get one message at once, and then one every ten minutes at most.

use std::time::{Duration, Instant};

use ibw::notifications::service::Scheduler;
use serde_json::{Value, json};

use super::{ask, notices, people, published, register};
use crate::support::app::TestApp;

/// What the scheduler does every minute, under its policy.
async fn tick(app: &TestApp) {
    let (domains, platform) = app.domains("notification-scheduler");
    let (scheduler, events, reminders) =
        (Scheduler::new(&platform), domains.events.service, domains.calendar.reminders);
    let deadline = Instant::now() + Duration::from_secs(60);
    notification_scheduler::run(&scheduler, &events, &reminders, deadline).await.expect("a run");
}

async fn move_to(app: &TestApp, id: &str, version: u64, place: &str) {
    // Its token may have expired.
    let host = &people(app, 1, 1).await[0];
    let request = ask(app, host, "PATCH", &format!("/{id}")).header(("if-match", format!("\"{version}\"")));
    let moved = request.json(&json!({"location": {"name": place}})).send().await;
    assert_eq!(moved.status, 200, "{}", moved.text);
}

/// The places that guests were told, the earliest first.
fn places(app: &TestApp) -> Vec<String> {
    let changes = notices(app).into_iter().filter(|notice| notice["template"] == "event-changed");
    changes.map(|notice| notice["arguments"]["place"].as_str().unwrap().to_owned()).collect()
}

async fn party(app: &TestApp) -> String {
    let logins = people(app, 1, 2).await;
    let id = published(app, &logins[0], json!({})).await;
    register(app, &logins[1], &id, "register").await;
    id
}

#[tokio::test]
async fn thirty_edits_in_ten_minutes_are_two_messages_and_the_second_says_how_it_ended() {
    let app = TestApp::start().await;
    let id = party(&app).await;
    for n in 0..30 {
        move_to(&app, &id, 2 + n, &format!("Hall {n}")).await;
        app.clock.advance(20);
        tick(&app).await;
    }
    assert_eq!(places(&app), ["Hall 0", "Hall 29"], "600 seconds after the first");
    tick(&app).await;
    app.clock.advance(600);
    tick(&app).await;
    assert_eq!(places(&app), ["Hall 0", "Hall 29"], "nothing is told twice");
    move_to(&app, &id, 32, "Roof").await;
    assert_eq!(places(&app), ["Hall 0", "Hall 29", "Roof"], "after ten minutes a change is told at once");
}

#[tokio::test]
async fn nothing_is_told_between_and_a_change_after_the_second_message_waits_again() {
    let app = TestApp::start().await;
    let id = party(&app).await;
    move_to(&app, &id, 2, "A").await;
    // Messages are in the order of their changes' times.
    app.clock.advance(1);
    move_to(&app, &id, 3, "B").await;
    app.clock.advance(598);
    tick(&app).await;
    assert_eq!(places(&app), ["A"]);
    app.clock.advance(1);
    tick(&app).await;
    assert_eq!(places(&app), ["A", "B"]);
    app.clock.advance(1);
    move_to(&app, &id, 4, "C").await;
    app.clock.advance(598);
    tick(&app).await;
    assert_eq!(places(&app), ["A", "B"]);
    app.clock.advance(1);
    tick(&app).await;
    assert_eq!(places(&app), ["A", "B", "C"]);
}

#[tokio::test]
async fn cancelling_is_told_at_once_and_takes_back_what_was_to_be_told() {
    let app = TestApp::start().await;
    let id = party(&app).await;
    move_to(&app, &id, 2, "A").await;
    move_to(&app, &id, 3, "B").await;
    let host = &people(&app, 1, 1).await[0];
    let cancel = ask(&app, host, "DELETE", &format!("/{id}")).header(("if-match", "\"4\"")).send().await;
    assert_eq!(cancel.status, 204, "{}", cancel.text);
    assert!(notices(&app).iter().any(|notice| notice["template"] == "event-cancelled"));
    app.clock.advance(600);
    tick(&app).await;
    assert_eq!(places(&app), ["A"]);
    let telling = crate::users::entities(&app, "events", "telling").remove(0);
    assert_eq!(telling["gsi1pk"], Value::Null, "it is not due again: {telling}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_race_with_the_message_are_in_it_or_told_later() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let id = party(&app).await;
    move_to(&app, &id, 2, "start").await;
    for round in 0..12 {
        let (version, place) = (3 + 2 * round, format!("Hall {round}"));
        move_to(&app, &id, version, &format!("before {round}")).await;
        app.clock.advance(600);
        let scheduler = tokio::spawn({
            let app = app.clone();
            async move { tick(&app).await }
        });
        move_to(&app, &id, version + 1, &place).await;
        scheduler.await.unwrap();
        app.clock.advance(600);
        tick(&app).await;
        assert_eq!(places(&app).last(), Some(&place), "guests know the last place in the end");
    }
}
