//! How fast is sent, by the test's clock, which jumps to the next turn when everybody waits for it.

use std::sync::Arc;

use ibw::notifications::messages::{DeliveryMessage, VERSION};
use ibw::notifications::reply::Reply;
use ibw::time::Time;
use serde_json::json;

use super::fake::{Answer, FakeTelegram, Plan, obliging};
use super::queues::{Queue, Queued};
use super::world::World;
use crate::support::app::{ADMIN_API_KEY, TestApp};

async fn world(plan: Plan) -> Arc<World> {
    let app = TestApp::start().await;
    let telegram = FakeTelegram::start(&app.clock, plan).await;
    World::start(app, telegram, &[]).await
}

/// The most and the least that was sent in any ten seconds of the sending.
pub(crate) fn windows(times: &[Time]) -> (usize, usize) {
    let (first, last) = (times[0].millis(), times[times.len() - 1].millis());
    let counts = (first..=last - 10_000)
        .step_by(100)
        .map(|start| times.iter().filter(|time| (start..start + 10_000).contains(&time.millis())).count());
    counts.fold((0, usize::MAX), |(most, least), count| (most.max(count), least.min(count)))
}

#[tokio::test]
async fn job_that_is_alone_uses_the_rate_of_all_lanes_in_any_ten_seconds() {
    let world = world(obliging()).await;
    world.crowd(720);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    // Two instances share the timetable.
    tokio::join!(world.work(Queue::Bulk, usize::MAX), world.work(Queue::Bulk, usize::MAX));
    let mut times: Vec<Time> = world.telegram.log().iter().map(|sending| sending.at).collect();
    times.sort_unstable();
    assert_eq!(times.len(), 720);
    let (most, least) = windows(&times);
    assert!(least >= 275 && most <= 300, "from {least} to {most} in ten seconds: 29 a second");
}

#[tokio::test]
async fn urgent_messages_do_not_wait_behind_a_job() {
    let world = world(obliging()).await;
    world.crowd(250);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    let urgent = async {
        for chat in 1..=10 {
            let asked = world.clock().now();
            world.push(vec![reply(chat)]);
            world.work(Queue::Urgent, 1).await;
            let answered = world.telegram.log().into_iter().find(|sending| sending.chat == chat).unwrap().at;
            assert!(asked.until(answered).as_millis() <= 3_000, "{asked} to {answered}");
        }
    };
    tokio::join!(world.work(Queue::Bulk, usize::MAX), urgent);
    assert_eq!(world.telegram.log().len(), 260);
}

#[tokio::test]
async fn critical_job_overtakes_a_job_that_has_begun() {
    let world = world(obliging()).await;
    let users = world.crowd(400);
    let some: Vec<_> = users[..100].iter().map(|user| user.id).collect();
    let id = world.job(json!({"not": {"users": some}}), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    world.work(Queue::Bulk, 1).await;
    let begun = world.telegram.log().len();
    let critical = world.job(json!({"users": some}), json!({"critical": true})).await;
    world.start_job(critical).await;
    world.work(Queue::Jobs, usize::MAX).await;
    tokio::join!(world.work(Queue::Bulk, usize::MAX), world.work(Queue::Reminders, usize::MAX));
    let log = world.telegram.log();
    assert_eq!(log.len(), 400);
    let is_critical = |chat: i64| chat < 1_000_100;
    let last = log.iter().filter(|sending| is_critical(sending.chat)).map(|sending| sending.at).max().expect("some");
    let before = log.iter().skip(begun).filter(|sending| !is_critical(sending.chat) && sending.at < last).count();
    assert!(before <= 50, "{before} of the other job came between: it has only what is left of the rate");
}

#[tokio::test]
async fn after_a_429_of_three_chats_nobody_sends_until_it_is_over() {
    let refused = |chat| (1_000_030..1_000_033).contains(&chat);
    let plan: Plan =
        Arc::new(move |chat, request| if refused(chat) && request == 0 { Answer::TooMany(5) } else { Answer::Taken });
    let world = world(plan).await;
    world.crowd(75);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    // One chunk at a time, so that nothing is under way when the answer comes.
    while world.work(Queue::Bulk, 1).await > 0 {
        world.push(vec![reply(1)]);
        world.work(Queue::Urgent, 1).await;
    }
    let log = world.telegram.log();
    let third = log.iter().filter(|sending| sending.answer == Answer::TooMany(5)).nth(2).unwrap().at;
    let early = log.iter().filter(|sending| sending.at > third && third.until(sending.at).as_secs() < 5).count();
    assert_eq!(early, 0);
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.sent, job.counts.total), (75, 75), "whoever was refused was told later");
}

#[tokio::test]
async fn a_429_of_one_chat_delays_that_chat_only() {
    let plan: Plan =
        Arc::new(|chat, request| if chat == 1_000_003 && request == 0 { Answer::TooMany(60) } else { Answer::Taken });
    let world = world(plan).await;
    world.crowd(50);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.sent, job.counts.total), (50, 50));
    let log = world.telegram.log();
    let refused = log.iter().find(|sending| sending.answer == Answer::TooMany(60)).unwrap().at;
    let (others, itself): (Vec<_>, Vec<_>) =
        log.iter().filter(|sending| sending.answer == Answer::Taken).partition(|sending| sending.chat != 1_000_003);
    assert!(others.iter().all(|sending| refused.until(sending.at).as_secs() < 5), "the others did not wait");
    assert_eq!(itself.len(), 1);
    assert!(refused.until(itself[0].at).as_secs() >= 60);
}

#[tokio::test]
async fn organiser_sees_a_pause_and_ends_it() {
    let world = world(Arc::new(|_, request| if request == 0 { Answer::TooMany(3_600) } else { Answer::Taken })).await;
    world.crowd(3);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    world.work(Queue::Bulk, 1).await;
    let app = &world.app;
    let sending =
        || app.notifications().get("/api/v1/notifications/sending").header(("x-api-key", ADMIN_API_KEY)).send();
    let until: Time = sending().await.json["paused_until"].as_str().expect("a pause").parse().expect("a time");
    let wait = app.now().until(until).as_secs();
    assert!((895..=900).contains(&wait), "at most a quarter of an hour: {wait}");
    let resume =
        || app.notifications().post("/api/v1/notifications/sending/resume").header(("x-api-key", ADMIN_API_KEY));
    assert_eq!(resume().send().await.error(), (428, "PRECONDITION_REQUIRED"));
    let tag = sending().await.header("etag").to_owned();
    let resumed = resume().header(("if-match", tag.as_str())).send().await;
    assert_eq!(resumed.status, 204, "{}", resumed.text);
    let after = sending().await;
    assert_eq!((&after.json["paused_until"], after.header("etag")), (&json!(null), "\"0\""));
    // The pause that was seen is over, so one that has begun meanwhile would go on.
    assert_eq!(resume().header(("if-match", tag.as_str())).send().await.error(), (412, "PRECONDITION_FAILED"));
    let entries = app.database.items("audit");
    let ended: Vec<_> = entries.iter().filter(|entry| entry["object"]["S"] == "notifications/sending").collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(
        (&ended[0]["old"]["M"]["paused_until"]["S"], &ended[0]["new"]["M"]),
        (&json!(until.to_string()), &json!({}))
    );
    let before = app.now();
    world.push(vec![reply(7)]);
    world.work(Queue::Urgent, 1).await;
    assert!(before.until(app.now()).as_secs() < 2, "messages go out at once");
}

#[tokio::test]
async fn pause_longer_than_an_invocation_is_waited_for_in_new_messages() {
    let plan: Plan = Arc::new(|_, request| if request == 0 { Answer::TooMany(600) } else { Answer::Taken });
    let world = world(plan).await;
    world.crowd(3);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.sent, job.counts.total), (3, 3));
    assert!(world.sqs.calls("SendMessage").await.is_empty(), "nothing was given up");
}

#[tokio::test]
async fn pause_of_hours_multiplies_no_message() {
    let plan: Plan = Arc::new(|_, request| if request == 0 { Answer::TooMany(60 * 90) } else { Answer::Taken });
    let world = world(plan).await;
    world.crowd(75);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    // Shorter than the pause, and longer than a job may stand still.
    for _ in 0..7 {
        world.work(Queue::Jobs, usize::MAX).await;
        world.work(Queue::Bulk, usize::MAX).await;
        world.tick().await;
        world.clock().advance(600);
    }
    let waiting = world.take(Queue::Bulk);
    assert_eq!(waiting.len(), 3, "one message for each chunk");
    world.push(waiting);
    let job = world.run_until_over(id).await;
    assert_eq!((job.counts.sent, job.counts.total, world.telegram.told().len()), (75, 75, 75));
}

/// The bot's answer to somebody.
pub(crate) fn reply(chat_id: i64) -> Queued {
    reply_in(chat_id, Reply::Help, None)
}

/// An answer in a language.
pub(crate) fn reply_in(chat_id: i64, reply: Reply, language: Option<&str>) -> Queued {
    let message = DeliveryMessage::Reply { v: VERSION, chat_id, reply, language: language.map(str::to_owned) };
    Queued {
        queue: Queue::Urgent,
        body: serde_json::to_string(&message).unwrap(),
        dedupe_key: format!("reply:{chat_id}"),
        receives: 0,
        visible_at: Time::default(),
    }
}
