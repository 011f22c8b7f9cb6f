//! Sweeps through a job's chunks: taken over where a worker died, handed over where its time was up, and done by one at
//! a time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ibw::notifications::messages::DeliveryMessage;
use ibw::notifications::model::JobId;

use super::fake::obliging;
use super::queues::{Queue, Queued};
use super::world::World;
use crate::support::app::TestApp;
use crate::support::fuse::Fuse;
use crate::support::policy::Watch;

/// More than two stretches of chunks, and their recipients.
const CHUNKS: usize = 104;
const RECIPIENTS: usize = CHUNKS * 25;

/// A job that was paused as soon as its audience was listed, and has been resumed; the message that has it swept.
async fn resumed() -> (Arc<World>, JobId, Vec<Queued>) {
    let (world, id) = World::expanded(TestApp::start().await, obliging(), RECIPIENTS).await;
    world.pause(id).await.unwrap();
    world.take(Queue::Bulk);
    world.resume(id).await.unwrap();
    let message = world.take(Queue::Jobs);
    assert_eq!(message.len(), 1);
    (world, id, message)
}

/// How often each chunk was given to the senders.
fn given(world: &World) -> BTreeMap<u32, usize> {
    let mut given = BTreeMap::new();
    for message in world.take(Queue::Bulk) {
        match serde_json::from_str(&message.body).expect("a message") {
            DeliveryMessage::Chunk { number, .. } => *given.entry(number).or_default() += 1,
            other => panic!("{other:?}"),
        }
    }
    given
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweep_whose_workers_die_goes_on_where_they_were() {
    let (world, id, message) = resumed().await;
    let mut lives = 1;
    // A stretch takes 54 calls.
    while world.work_until_call(&message, 60).await {
        lives += 1;
        assert!(lives < 10, "it does not get on");
    }
    assert_eq!(world.read_job(id).await.sweep, None);
    let given = given(&world);
    let total: usize = given.values().sum();
    assert_eq!(given.len(), CHUNKS, "every chunk is worked on");
    assert!(lives >= 3 && total <= CHUNKS + lives * 5, "{total} messages in {lives} lives");
}

#[tokio::test]
async fn sweep_that_comes_twice_is_handed_over_once() {
    let (world, id, message) = resumed().await;
    let twice = [message.clone(), message].concat();
    let instance = world.instance(world.app.database.dynamo(&Watch::over("notification-jobs")));
    assert!(instance.handle_for(&twice, Duration::ZERO).await.is_empty());
    let mut handed_over = world.take(Queue::Jobs);
    let mut invocations = 1;
    while let Some(message) = handed_over.pop() {
        assert!(handed_over.is_empty(), "one goes on");
        assert!(instance.handle_for(&[message], Duration::ZERO).await.is_empty());
        handed_over = world.take(Queue::Jobs);
        invocations += 1;
    }
    assert_eq!((world.read_job(id).await.sweep, invocations), (None, 3));
    assert_eq!(given(&world).len(), CHUNKS);
}

#[tokio::test]
async fn sweep_begun_before_a_pause_does_not_count_as_the_one_after_it() {
    let (world, id, before) = resumed().await;
    // The old worker has its job and its chunks in hand while the job is paused and resumed.
    let fuse = Fuse::of(30);
    let instance = world.instance(world.app.database.dynamo(&fuse));
    let mut old = std::pin::pin!(instance.handle(&before));
    tokio::select! {
        () = fuse.blown() => {}
        _ = &mut old => panic!("it was too fast"),
    }
    world.pause(id).await.unwrap();
    world.take(Queue::Bulk);
    world.resume(id).await.unwrap();
    assert!(old.await.is_empty());
    assert!(world.read_job(id).await.sweep.is_some_and(|sweep| sweep.next == 0), "the new one is at its beginning");
    world.work(Queue::Jobs, usize::MAX).await;
    assert_eq!(given(&world).len(), CHUNKS, "every chunk is worked on after the pause");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunk_whose_worker_died_at_any_call_and_whose_message_is_lost_is_taken_up_by_the_scheduler() {
    let mut calls = 1;
    loop {
        let (world, id) = World::expanded(TestApp::start().await, obliging(), 2).await;
        let died = world.work_until_call(&world.take(Queue::Bulk), calls).await;
        let job = world.run_until_over(id).await;
        let counts = world.counts(id).await;
        assert_eq!((counts.total, counts.sent + counts.unknown), (2, 2), "killed at call {calls}");
        assert!(job.finished_at.is_some() && counts.unknown <= 1, "killed at call {calls}: {counts:?}");
        if !died {
            break;
        }
        calls += 1;
    }
    assert!(calls > 10, "{calls}");
}
