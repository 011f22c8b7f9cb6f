//! Runs that send reminders: what they read, how they remind many, and what a failure keeps them from.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use ibw::app::{DomainConfig, Domains};
use ibw::notifications::job::JobState;
use ibw::notifications::service::Scheduler;
use serde_json::{Value, json};

use super::reminders::{bookmarked_by, choose, notices, outbox, run, sent, wait_until};
use super::{mark, released, session, somebody, three_sessions};
use crate::delivery::world::World;
use crate::support::app::TestApp;
use crate::support::policy::{Call, Watch};

/// The calls of a run, each by what it needs.
async fn calls(app: &TestApp) -> Vec<String> {
    let watch = Watch::over("notification-scheduler");
    let reminders = Domains::new(&app.platform(&watch), DomainConfig::default()).calendar.reminders;
    reminders.run(Instant::now() + Duration::from_secs(60)).await.unwrap();
    let name = |call: Call| call.needs.iter().map(|access| format!("{} {}", access.action, access.resource)).collect();
    watch.take().into_iter().map(name).collect::<Vec<Vec<String>>>().concat()
}

#[tokio::test]
async fn conferences_that_are_long_over_or_far_away_are_not_looked_at() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    // The leads, the events, and the list of conferences; while it is near, the agenda's head and its one part.
    for (time, expected) in [
        ("2026-11-23T12:00:00Z", 3),
        ("2026-11-24T12:00:00Z", 5),
        ("2026-12-12T12:00:00Z", 5),
        ("2026-12-13T12:00:00Z", 3),
    ] {
        wait_until(&app, time);
        assert_eq!(calls(&app).await.len(), expected, "{time}");
    }
}

#[tokio::test]
async fn one_persons_lead_of_a_day_reads_no_bookmarks_of_the_sessions_between() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    let (early, usual) = (somebody(&app, 1).await, somebody(&app, 2).await);
    choose(&app, &early, 1440).await;
    mark(&app, &early, 1).await;
    for number in [1, 2, 3] {
        mark(&app, &usual, number).await;
    }
    // The sessions of 10:00, 11:00 and 12:00 whose bookmarks are read, beside the list of conferences.
    for (time, expected) in [
        ("2026-11-30T09:50:00+05:30", 0),
        ("2026-11-30T09:59:00+05:30", 1),
        ("2026-11-30T10:05:00+05:30", 1),
        ("2026-11-30T10:30:00+05:30", 0),
        ("2026-12-01T08:40:00+05:30", 0),
        ("2026-12-01T09:30:00+05:30", 1),
        ("2026-12-01T09:50:00+05:30", 2),
    ] {
        wait_until(&app, time);
        let calls = calls(&app).await;
        let read = calls.iter().filter(|call| *call == "Query conferences/index/gsi1").count();
        assert_eq!(read, 1 + expected, "{time}");
    }
}

#[tokio::test]
async fn reminders_of_many_begin_earlier_and_are_spread_over_the_runs() {
    let world = World::obliging().await;
    let app = &world.app;
    released(app, &three_sessions()).await;
    let users = world.crowd(1_001);
    bookmarked_by(app, &users[..1_000], 1).await;
    // 1,000 people take 62.5 seconds, and a run writes what is sent in a minute.
    for (time, expected) in [
        ("2026-12-01T09:42:57+05:30", 0),
        ("2026-12-01T09:42:58+05:30", 960),
        ("2026-12-01T09:43:58+05:30", 40),
        ("2026-12-01T09:44:58+05:30", 0),
    ] {
        wait_until(app, time);
        assert_eq!(run(app).await, sent(expected), "{time}");
        if expected == 960 {
            assert_spread(app);
        }
    }
    let told: BTreeSet<String> = outbox(app).into_iter().map(|(user, _)| user).collect();
    assert_eq!((told.len(), outbox(app).len()), (1_000, 1_000), "nobody twice");
    bookmarked_by(app, &users[1_000..], 1).await;
    wait_until(app, "2026-12-01T10:00:00+05:30");
    assert_eq!(run(app).await, sent(0), "nobody after the start");
}

/// The reminders of a full run are in groups of 50, which the queue keeps back so that 16 are sent in a second. Each
/// group's notice has a key of its own, and is of no use after the start.
fn assert_spread(app: &TestApp) {
    let notices = notices(app);
    let size = |notice: &Value| notice["to"]["users"].as_array().unwrap().len();
    let delays: BTreeMap<u64, usize> = notices.iter().map(|(notice, delay)| (*delay, size(notice))).collect();
    let expected = (0..20_usize).map(|n| (u64::try_from((n * 50).div_ceil(16)).unwrap(), if n < 19 { 50 } else { 10 }));
    assert_eq!(delays, expected.collect());
    let keys: BTreeSet<&str> = notices.iter().map(|(notice, _)| notice["dedupe_key"].as_str().unwrap()).collect();
    assert_eq!((notices.len(), keys.len()), (20, 20));
    assert!(notices.iter().all(|(notice, _)| notice["not_after"] == "2026-12-01T04:29:59.000Z"), "{:?}", notices[0]);
}

#[tokio::test]
async fn sessions_before_it_make_the_reminders_of_a_session_begin_earlier() {
    let world = World::obliging().await;
    let app = &world.app;
    let next = session(2, "2026-12-01T10:01:00+05:30", "2026-12-01T11:00:00+05:30");
    released(app, &[three_sessions().remove(0), next]).await;
    let users = world.crowd(300);
    bookmarked_by(app, &users[..150], 1).await;
    bookmarked_by(app, &users[150..], 2).await;
    // 300 people take 18.75 seconds; 150 are too few to begin earlier.
    for (time, expected) in [
        ("2026-12-01T09:43:59+05:30", 0),
        ("2026-12-01T09:44:00+05:30", 150),
        ("2026-12-01T09:44:41+05:30", 0),
        ("2026-12-01T09:44:42+05:30", 150),
    ] {
        wait_until(app, time);
        assert_eq!(run(app).await, sent(expected), "{time}");
    }
}

/// Runs the function, with its jobs and reminders.
async fn run_function(app: &TestApp) -> Result<(), String> {
    let (domains, platform) = app.domains("notification-scheduler");
    let deadline = Instant::now() + Duration::from_secs(60);
    let (scheduler, events) = (Scheduler::new(&platform), domains.events.service);
    let ran = notification_scheduler::run(&scheduler, &events, &domains.calendar.reminders, deadline).await;
    ran.map_err(|error| error.to_string())
}

/// Stores an item of `notifications` in an index, which cannot be read.
fn break_index(app: &TestApp, index: &str) {
    let item = json!({
        "pk": {"S": "BROKEN"}, "sk": {"S": index}, "gsi1pk": {"S": index}, "gsi1sk": {"S": "x"},
    });
    let request = serde_json::from_value(json!({"TableName": "ibw-test-notifications", "Item": item})).unwrap();
    app.database.engine.put_item(request).expect("an item");
}

#[tokio::test]
async fn failure_of_jobs_keeps_no_reminder_and_fails_the_invocation() {
    let app = TestApp::start().await;
    released(&app, &three_sessions()).await;
    mark(&app, &somebody(&app, 1).await, 1).await;
    wait_until(&app, "2026-12-01T09:50:00+05:30");
    break_index(&app, "JOBS#OPEN");
    let failure = run_function(&app).await.unwrap_err();
    assert!(failure.starts_with("jobs: ") && !failure.contains("reminders"), "{failure}");
    assert_eq!(outbox(&app).len(), 1);
}

#[tokio::test]
async fn failure_of_reminders_keeps_no_job_and_fails_the_invocation() {
    let world = World::obliging().await;
    world.crowd(1);
    let id = world.job(json!("everyone"), json!({})).await;
    world.schedule_job(id, world.app.now().plus_seconds(60)).await;
    world.clock().advance(60);
    break_index(&world.app, "LEADS");
    let failure = run_function(&world.app).await.unwrap_err();
    assert!(failure.starts_with("reminders: "), "{failure}");
    assert_eq!(world.read_job(id).await.state, JobState::Expanding);
}
