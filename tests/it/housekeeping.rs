//! The housekeeping function, under its own policy and without any secret. What an erasure does is tested with users.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::app::TestApp;
use crate::support::telegram::Person;

const WEEK: i64 = 7 * 24 * 3600;

pub(crate) async fn run(app: &TestApp, time: Duration) -> Result<(), String> {
    let (domains, platform) = app.domains("housekeeping");
    let scheduled = domains.scheduled(&platform);
    housekeeping::run(&scheduled, Instant::now() + time).await.map_err(|error| error.to_string())
}

/// A user who asked to be erased.
async fn leaver(app: &TestApp, telegram_id: i64) -> String {
    let login = app.login(&Person::new(telegram_id)).await;
    app.leave(&login).await;
    login.user_id
}

/// Users that are stored.
fn users(app: &TestApp) -> usize {
    app.database.items("users").iter().filter(|item| item["entity"]["S"] == "user").count()
}

/// Users whose erasure has not begun.
fn claims(app: &TestApp) -> usize {
    app.database.items("users").iter().filter(|item| item["entity"]["S"] == "claim").count()
}

#[tokio::test]
async fn run_erases_all_that_are_due_however_many() {
    let app = TestApp::start().await;
    for telegram_id in 1..=30 {
        leaver(&app, telegram_id).await;
    }
    app.clock.advance(60);
    leaver(&app, 31).await;
    app.clock.advance(WEEK - 70);
    run(&app, Duration::from_secs(60)).await.unwrap();
    assert_eq!((users(&app), claims(&app)), (31, 31));
    app.clock.advance(10);
    run(&app, Duration::from_secs(60)).await.unwrap();
    assert_eq!((users(&app), claims(&app)), (31, 1), "the last look is a minute later");
    app.clock.advance(59);
    run(&app, Duration::from_secs(60)).await.unwrap();
    assert_eq!(users(&app), 31);
    app.clock.advance(1);
    run(&app, Duration::from_secs(60)).await.unwrap();
    assert_eq!((users(&app), claims(&app)), (1, 0), "the last user's erasure has begun");
}

#[tokio::test]
async fn run_stops_after_a_batch_when_its_time_is_over() {
    let app = TestApp::start().await;
    for telegram_id in 1..=30 {
        leaver(&app, telegram_id).await;
    }
    app.clock.advance(WEEK);
    run(&app, Duration::from_secs(4)).await.unwrap();
    assert_eq!(claims(&app), 5);
}

#[tokio::test]
async fn run_that_cannot_erase_somebody_erases_the_others_and_fails() {
    let app = TestApp::start().await;
    let stuck = leaver(&app, 1).await;
    leaver(&app, 2).await;
    app.clock.advance(WEEK);
    let key =
        json!({"pk": {"S": format!("USER#{stuck}")}, "sk": {"S": "SESSION#broken"}, "expires_at": {"N": "9999999999"}});
    let request = serde_json::from_value(json!({"TableName": "ibw-test-ephemeral", "Item": key})).expect("a request");
    app.database.engine.put_item(request).expect("a session that is none");
    for _ in 0..2 {
        assert_eq!(run(&app, Duration::from_secs(60)).await, Err("1 erasures failed".to_owned()));
        app.clock.advance(60);
    }
    assert_eq!(users(&app), 1);
}
