//! What organisers do to a running job: it stops, goes on, is called off, is tried again; and what the system does by
//! itself.

use std::sync::Arc;

use ibw::notifications::job::{JobState, PausedBy};
use ibw::notifications::model::{DeliveryState, JobId, Reason};
use serde_json::json;

use super::fake::{Answer, FakeTelegram, Plan, obliging};
use super::queues::Queue;
use super::world::World;
use crate::support::app::TestApp;

/// A job for a crowd, expanded, none of it sent.
async fn expanded(recipients: usize, plan: Plan) -> (Arc<World>, JobId) {
    World::expanded(TestApp::start().await, plan, recipients).await
}

#[tokio::test]
async fn pause_stops_within_a_chunk_and_resume_goes_on_where_it_stopped() {
    let (world, id) = expanded(100, obliging()).await;
    world.work(Queue::Bulk, 1).await;
    assert_eq!(world.telegram.told().len(), 25);
    let paused = world.pause(id).await.unwrap();
    assert_eq!((paused.state, paused.paused_by), (JobState::Paused, Some(PausedBy::Organiser)));
    world.work(Queue::Bulk, usize::MAX).await;
    assert_eq!(world.telegram.told().len(), 25, "nothing is sent while it is paused");
    let counts = world.counts(id).await;
    assert_eq!((counts.total, counts.sent, counts.pending), (100, 25, 75));
    world.resume(id).await.unwrap();
    let job = world.run_until_over(id).await;
    assert_eq!((job.state, job.counts.sent), (JobState::Finished, 100));
    let mut told = world.telegram.told();
    told.sort_unstable();
    told.dedup();
    assert_eq!((told.len(), world.telegram.log().len()), (100, 100), "everybody once");
}

#[tokio::test]
async fn pause_in_the_middle_of_a_chunk_stops_before_the_next_message() {
    let app = TestApp::start().await;
    let clock = app.clock.clone();
    // The 5th message is answered by the organiser's pause.
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let sender = std::sync::Mutex::new(sender);
    let sent = std::sync::atomic::AtomicUsize::new(0);
    let plan: Plan = Arc::new(move |_, _| {
        if sent.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 4 {
            sender.lock().unwrap().send(()).unwrap();
        }
        Answer::Taken
    });
    let telegram = FakeTelegram::start(&clock, plan).await;
    let world = World::start(app, telegram, &[]).await;
    world.crowd(25);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    let pausing = async {
        while receiver.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
        world.pause(id).await.unwrap();
    };
    tokio::join!(world.work(Queue::Bulk, 1), pausing);
    let counts = world.counts(id).await;
    assert!((5..=25).contains(&counts.sent), "{counts:?}");
    assert_eq!((counts.leased, counts.sent + counts.pending), (0, 25), "what was begun was ended");
}

#[tokio::test]
async fn cancel_is_final_and_tells_nobody_else() {
    let (world, id) = expanded(100, obliging()).await;
    world.work(Queue::Bulk, 2).await;
    world.cancel(id).await.unwrap();
    let job = world.run_until_over(id).await;
    let counts = world.counts(id).await;
    assert_eq!((job.state, counts.sent, counts.cancelled, counts.pending), (JobState::Cancelled, 50, 50, 0));
    assert!(world.resume(id).await.is_err() && world.retry_failed(id).await.is_err());
    assert!(world.cancel(id).await.is_err());
    world.run_until_over(id).await;
    assert_eq!(world.telegram.log().len(), 50);
}

#[tokio::test]
async fn cancel_of_a_paused_job_and_of_one_that_expands_leave_nothing_pending() {
    let (world, id) = expanded(60, obliging()).await;
    world.pause(id).await.unwrap();
    world.cancel(id).await.unwrap();
    world.run_until_over(id).await;
    let counts = world.counts(id).await;
    assert_eq!((counts.total, counts.cancelled), (60, 60));

    let second = world.job(json!("everyone"), json!({})).await;
    world.start_job(second).await;
    world.cancel(second).await.unwrap();
    let job = world.run_until_over(second).await;
    assert_eq!((job.state, job.counts.total), (JobState::Cancelled, 0));
    assert!(world.telegram.log().is_empty());
}

#[tokio::test]
async fn retry_failed_touches_those_that_failed_and_nobody_else() {
    // Of ten, three are blocked at first, and one message is lost on the way.
    let plan: Plan = Arc::new(|chat, request| match (chat % 10, request) {
        (0..=2, 0) => Answer::Rejected,
        (3, 0) => Answer::TakenInSilence,
        _ => Answer::Taken,
    });
    let (world, id) = expanded(50, plan).await;
    let job = world.run_until_over(id).await;
    assert_eq!((job.state, job.counts.sent, job.counts.failed), (JobState::FinishedWithErrors, 30, 20));
    let asked = world.telegram.log().len();
    world.retry_failed(id).await.unwrap();
    let job = world.run_until_over(id).await;
    assert_eq!((job.state, job.counts.sent, job.counts.failed), (JobState::FinishedWithErrors, 45, 5));
    let again: Vec<i64> = world.telegram.log()[asked..].iter().map(|sending| sending.chat % 10).collect();
    assert_eq!((again.len(), again.iter().all(|chat| *chat <= 2)), (15, true), "{again:?}");
    world.counts(id).await;
    let rows = world.chunks(id).await.into_iter().flat_map(|chunk| chunk.rows);
    let unconfirmed = rows.filter(|row| row.delivery.reason == Some(Reason::Unconfirmed)).count();
    assert_eq!(unconfirmed, 5, "what may have arrived is not sent again");
}

#[tokio::test]
async fn retry_failed_delivered_twice_retries_once() {
    let plan: Plan = Arc::new(|chat, _| if chat % 5 == 0 { Answer::Rejected } else { Answer::Taken });
    let (world, id) = expanded(50, plan).await;
    world.run_until_over(id).await;
    world.retry_failed(id).await.unwrap();
    let message = world.relay();
    world.push([message.clone(), message].concat());
    let job = world.run_until_over(id).await;
    assert_eq!(job.counts.failed, 10);
    assert_eq!(world.telegram.log().len(), 60, "each of the ten was tried once more");
}

#[tokio::test]
async fn job_whose_sends_fail_too_often_pauses_itself_and_blocked_recipients_do_not_count() {
    let plan: Plan = Arc::new(|chat, _| if chat % 2 == 0 { Answer::Blocked } else { Answer::Taken });
    let (world, id) = expanded(300, plan).await;
    let job = world.run_until_over(id).await;
    assert_eq!((job.state, job.counts.failed, job.counts.faults), (JobState::FinishedWithErrors, 150, 0));

    let plan: Plan = Arc::new(|chat, _| if chat % 2 == 0 { Answer::Rejected } else { Answer::Taken });
    let (world, id) = expanded(300, plan).await;
    world.drain().await;
    let job = world.read_job(id).await;
    assert_eq!((job.state, job.paused_by), (JobState::Paused, Some(PausedBy::Failures)));
    assert!((51..=51 + 5 * 25).contains(&job.counts.faults), "{:?}", job.counts);
    world.counts(id).await;
}

#[tokio::test]
async fn bot_that_telegram_refuses_pauses_the_job_and_loses_nothing() {
    let refused = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let is_refused = Arc::clone(&refused);
    let plan: Plan = Arc::new(move |_, _| {
        if is_refused.load(std::sync::atomic::Ordering::SeqCst) { Answer::Unauthorized } else { Answer::Taken }
    });
    let (world, id) = expanded(30, plan).await;
    world.drain().await;
    let job = world.read_job(id).await;
    assert_eq!((job.state, job.paused_by), (JobState::Paused, Some(PausedBy::BotRefused)));
    assert_eq!(world.counts(id).await.pending, 30);
    refused.store(false, std::sync::atomic::Ordering::SeqCst);
    world.resume(id).await.unwrap();
    let job = world.run_until_over(id).await;
    assert_eq!((job.state, job.counts.sent), (JobState::Finished, 30));
}

#[tokio::test]
async fn job_whose_messages_were_lost_is_taken_up_by_the_scheduler() {
    let (world, id) = expanded(60, obliging()).await;
    assert_eq!(world.take(Queue::Bulk).len(), 3, "lost");
    let job = world.run_until_over(id).await;
    assert_eq!((job.state, job.counts.sent), (JobState::Finished, 60));
    assert_eq!(world.telegram.log().len(), 60);

    let second = world.job(json!("everyone"), json!({})).await;
    world.start_job(second).await;
    assert_eq!(world.take(Queue::Jobs).len(), 1, "lost");
    let job = world.run_until_over(second).await;
    assert_eq!((job.state, job.counts.sent), (JobState::Finished, 60));
    let feeds = world.app.database.items("notifications");
    let states: Vec<_> = feeds.iter().filter(|item| item["telegram"]["M"]["state"]["S"].is_string()).collect();
    let sent = DeliveryState::Sent.to_string();
    assert!(states.iter().all(|item| item["telegram"]["M"]["state"]["S"] == sent.as_str()) && states.len() == 120);
}
