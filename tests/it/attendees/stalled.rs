//! Imports whose message was lost or whose workers died are taken up again by housekeeping, and finished once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::crash::{INVOCATION, assert_complete, killed_at, rows};
use super::world::World;
use crate::housekeeping;

/// Minutes after which an import without progress is stalled.
const STALLED: i64 = 15 * 60;

async fn housekeeping(world: &World) {
    housekeeping::run(&world.app, Duration::from_secs(60)).await.unwrap();
}

#[tokio::test]
async fn import_whose_message_is_lost_is_finished_after_housekeeping() {
    let world = World::start().await;
    let id = world.queue_import(json!({"rows": rows(40)})).await;
    assert_eq!(world.take().len(), 1, "the message, which is lost");
    world.app.clock.advance(STALLED - 1);
    housekeeping(&world).await;
    assert!(world.take().is_empty(), "its message may still come");
    world.app.clock.advance(1);
    housekeeping(&world).await;
    world.drain().await;
    assert_complete(&world, &id, 40, 0).await;
    world.app.clock.advance(2 * STALLED);
    housekeeping(&world).await;
    assert!(world.take().is_empty(), "it is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_whose_workers_all_died_is_finished_after_housekeeping() {
    let world = Arc::new(World::start().await);
    let id = world.queue_import(json!({"rows": rows(600)})).await;
    let messages = world.take();
    // Five receives, and the message is in the dead-letter queue.
    for call in [2, 5, 9, 20, 40] {
        assert!(killed_at(&world, call, &messages).await);
    }
    for _ in 0..2 {
        world.app.clock.advance(STALLED);
        housekeeping(&world).await;
    }
    let messages = world.take();
    assert_eq!(messages.len(), 2, "the first of the two was lost, too");
    assert!(world.handle(&world.own_worker(), &messages[1..], INVOCATION).await.is_empty());
    assert_complete(&world, &id, 600, 0).await;
}

#[tokio::test]
async fn import_that_makes_progress_is_left_alone() {
    let world = World::start().await;
    let id = world.queue_import(json!({"rows": rows(1100)})).await;
    for page in 0..3 {
        world.app.clock.advance(STALLED - 60);
        housekeeping(&world).await;
        let messages = world.take();
        assert_eq!(messages.len(), 1, "only its own message, at page {page}");
        assert!(world.handle(&world.own_worker(), &messages, Duration::ZERO).await.is_empty());
    }
    assert_complete(&world, &id, 1100, 0).await;
    assert!(world.take().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_that_is_resumed_while_its_worker_runs_is_done_once() {
    let world = Arc::new(World::start().await);
    let id = world.queue_import(json!({"rows": rows(200)})).await;
    let first = world.take();
    world.app.clock.advance(STALLED);
    let working = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.handle(&world.own_worker(), &first, INVOCATION).await })
    };
    housekeeping(&world).await;
    assert!(working.await.expect("no panic").is_empty());
    world.drain().await;
    assert_complete(&world, &id, 200, 0).await;
}
