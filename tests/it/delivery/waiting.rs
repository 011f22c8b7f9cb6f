//! What waits: chats that Telegram refuses for a while, pauses that are lifted, and messages of chunks, which do not
//! multiply.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ibw::notifications::job::JobState;
use ibw::notifications::messages::DeliveryMessage;
use ibw::notifications::model::JobId;
use ibw::notifications::notice::{Notice, Recipients};
use serde_json::json;

use super::fake::{Answer, FakeTelegram, Plan};
use super::queues::Queue;
use super::world::World;
use crate::notifications::notices::{notice, world};
use crate::notifications::replacing::queued;
use crate::support::app::TestApp;

/// A world with a job of which nothing is sent yet.
async fn expanded(plan: Plan, recipients: usize) -> (Arc<World>, JobId) {
    let app = TestApp::start().await;
    let telegram = FakeTelegram::start(&app.clock, plan).await;
    let world = World::start(app, telegram, &[]).await;
    world.crowd(recipients);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    world.work(Queue::Jobs, usize::MAX).await;
    (world, id)
}

/// Refuses the first requests for so many seconds.
fn refusing(requests: usize, seconds: u64) -> Plan {
    let asked = AtomicUsize::new(0);
    Arc::new(move |_, _| {
        let refused = asked.fetch_add(1, Ordering::SeqCst) < requests;
        if refused { Answer::TooMany(seconds) } else { Answer::Taken }
    })
}

/// The messages of a queue that still count.
async fn live(world: &World, id: JobId, queue: Queue) -> usize {
    let (messages, chunks) = (world.take(queue), world.chunks(id).await);
    let live = messages.iter().filter(|message| match serde_json::from_str(&message.body) {
        Ok(DeliveryMessage::Chunk { number, message_number, .. }) => {
            chunks.iter().any(|chunk| chunk.number == number && chunk.message_number == message_number)
        }
        _ => false,
    });
    let count = live.count();
    world.push(messages);
    count
}

/// Minutes with the scheduler and the workers.
async fn minutes(world: &World, count: usize, queue: Queue) {
    for _ in 0..count {
        world.clock().advance(60);
        world.tick().await;
        world.work(Queue::Jobs, usize::MAX).await;
        world.work(queue, usize::MAX).await;
    }
}

#[tokio::test]
async fn one_chats_429_does_not_hold_the_rest_of_its_chunk() {
    let (world, _) = expanded(refusing(1, 600), 25).await;
    let begun = world.app.now();
    world.work_for(Queue::Bulk, Duration::from_millis(200)).await;
    let first = world.telegram.told().len();
    assert!(first < 24, "{first}");
    world.drain().await;
    let late = world.telegram.log().iter().filter(|one| begun.until(one.at).as_secs() > 60).count();
    assert_eq!(late, 1, "only the refused chat waits, and {first} were told before");
}

#[tokio::test]
async fn long_429_of_one_chat_multiplies_no_message() {
    let (world, id) = expanded(refusing(usize::MAX, 3 * 3600), 1).await;
    minutes(&world, 150, Queue::Bulk).await;
    let asked = world.telegram.log().len();
    assert_eq!(live(&world, id, Queue::Bulk).await, 1);
    assert!(asked <= 11, "{asked} requests in 150 minutes");
}

#[tokio::test]
async fn job_that_waits_for_an_hour_is_sent_once() {
    let (world, id) = expanded(refusing(0, 0), 75).await;
    for _ in 0..60 {
        world.work(Queue::Jobs, usize::MAX).await;
        world.tick().await;
        world.clock().advance(60);
    }
    assert_eq!(live(&world, id, Queue::Bulk).await, 3, "one for each chunk");
    let begun = world.app.now();
    world.drain().await;
    assert_eq!((world.telegram.log().len(), world.read_job(id).await.state), (75, JobState::Finished));
    assert!(begun.until(world.app.now()).as_secs() < 10, "messages that do not count take no slot");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_messages_of_a_chunk_do_not_become_more() {
    let (world, _) = expanded(refusing(usize::MAX, 600), 2).await;
    let message = world.take(Queue::Bulk);
    world.push(message.clone());
    world.push(message);
    let mut counts = Vec::new();
    for _ in 0..60 {
        let worker = async || while world.work(Queue::Bulk, 1).await > 0 {};
        tokio::join!(worker(), worker(), worker(), worker());
        world.clock().advance(60);
        let waiting = world.take(Queue::Bulk);
        counts.push(waiting.len());
        world.push(waiting);
    }
    assert!(counts.iter().all(|count| *count <= 2), "messages of one chunk, minute by minute: {counts:?}");
}

#[tokio::test]
async fn job_goes_on_after_a_pause_was_lifted() {
    let (world, _) = expanded(refusing(3, 3_600), 100).await;
    world.work(Queue::Bulk, usize::MAX).await;
    assert!(world.telegram.told().len() < 25, "it is paused");
    world.lift_pause().await;
    minutes(&world, 3, Queue::Bulk).await;
    let told = world.telegram.told().len();
    assert!(told >= 97, "{told} in three minutes: all but those whom Telegram refused");
}

#[tokio::test]
async fn notification_goes_out_after_a_pause_was_lifted() {
    let world = world().await;
    let user = world.crowd(1)[0].id;
    world.repository().timetable().await.expect("a timetable");
    world.repository().pause_until(world.app.now().plus_seconds(900).millis() * 1000).await.expect("a pause");
    let until = Some(world.app.now().plus_seconds(600));
    world.push(vec![queued(Notice { not_after: until, ..notice(&world, Recipients::User(user)) })]);
    world.work(Queue::Jobs, usize::MAX).await;
    world.work(Queue::Caused, 1).await;
    world.lift_pause().await;
    minutes(&world, 3, Queue::Caused).await;
    assert_eq!(world.telegram.told().len(), 1);
}

#[tokio::test]
async fn cancelled_job_takes_no_slots() {
    let (world, id) = expanded(refusing(0, 0), 250).await;
    // Cancelled, and its sweep has not come yet.
    world.cancel(id).await.expect("a cancellation");
    let begun = world.app.now();
    world.work(Queue::Bulk, usize::MAX).await;
    assert_eq!((begun.until(world.app.now()), world.telegram.log().len()), (Duration::ZERO, 0));
}
