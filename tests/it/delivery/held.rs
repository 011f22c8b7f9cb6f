//! Workers that are frozen at any point of what they do, and thaw after an heir has finished it: they change nothing any
//! more.

use std::sync::Arc;
use std::time::Duration;

use ibw::deadline::{Deadline, with_deadline};
use ibw::notifications::service::LEASE;
use serde_json::Value;

use super::expansion::{assert_complete, read, read_one_in, started};
use super::fake::obliging;
use super::queues::{Queue, Queued};
use super::urgent::notified;
use super::world::World;
use crate::support::freeze::{Freeze, at_each_call};

/// What an invocation has: the time-out of both functions.
const TIME: Duration = Duration::from_secs(60);
/// The tables that the workers write.
const TABLES: [&str; 3] = ["ephemeral", "notifications", "users"];

/// Everything that is stored, and how much was sent.
fn everything(world: &World) -> ([Vec<Value>; 3], usize) {
    (TABLES.map(|table| world.app.database.items(table)), world.telegram.log().len())
}

/// Has a worker handle messages until its `call`-th call, at which it is frozen. Then its time and its lease are over,
/// the messages come again, and `heir` has them. The worker thaws, and changes nothing. Whether it came to that.
async fn frozen_at(world: &Arc<World>, call: u64, batch: &[Queued], heir: impl Future<Output = ()>) -> bool {
    let (freeze, work) = (Freeze::before(call), batch.to_vec());
    let instance = world.instance(world.app.database.dynamo_until(&freeze));
    let end = Deadline::after(TIME, world.clock());
    let mut before = None;
    let meanwhile = Box::pin(async {
        world.clock().advance(i64::try_from(LEASE.as_secs()).expect("seconds"));
        world.push(batch.to_vec());
        heir.await;
        before = Some(everything(world));
    });
    let work = move || Box::pin(with_deadline(end, async move { instance.handle(&work).await }));
    let came_to_it = freeze.freezes(work, meanwhile).await;
    if let Some(before) = before {
        assert!(everything(world) == before, "frozen at call {call}");
    }
    came_to_it
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_frozen_at_any_call_changes_nothing_after_an_heir_has_listed_all_and_users_have_read() {
    at_each_call(1, 10, async |call| {
        let (world, id) = started(60).await;
        let batch = world.take(Queue::Jobs);
        let heir = Box::pin(async {
            world.work(Queue::Jobs, usize::MAX).await;
            world.work(Queue::Bulk, 1).await;
            assert_eq!(read_one_in(&world, 1).await, 60);
        });
        if !frozen_at(&world, call, &batch, heir).await {
            return false;
        }
        assert_complete(&world, id, 60).await;
        assert_eq!(read(&world), 60, "frozen at call {call}");
        assert!(!world.telegram.log().is_empty());
        true
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_frozen_in_any_page_changes_nothing_after_an_heir_has_listed_all() {
    at_each_call(5, 30, async |call| {
        let (world, id) = started(600).await;
        let batch = world.take(Queue::Jobs);
        let heir = Box::pin(async {
            world.work(Queue::Jobs, usize::MAX).await;
            assert_eq!(read_one_in(&world, 10).await, 60);
        });
        if !frozen_at(&world, call, &batch, heir).await {
            return false;
        }
        assert_complete(&world, id, 600).await;
        assert_eq!(read(&world), 60, "frozen at call {call}");
        true
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delivery_frozen_at_any_call_changes_nothing_and_sends_nothing_after_an_heir_has_ended() {
    at_each_call(1, 15, async |call| {
        let (world, id) = started(4).await;
        world.work(Queue::Jobs, usize::MAX).await;
        let batch = world.take(Queue::Bulk);
        let heir = Box::pin(async {
            world.run_until_over(id).await;
            assert_eq!(read_one_in(&world, 1).await, 4);
        });
        if !frozen_at(&world, call, &batch, heir).await {
            return false;
        }
        assert_eq!((read(&world), world.telegram.log().len()), (4, 4), "frozen at call {call}");
        world.counts(id).await;
        true
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delivery_to_one_user_frozen_at_any_call_changes_nothing_and_sends_nothing_after_an_heir_has_ended() {
    at_each_call(1, 5, async |call| {
        let (world, _) = notified(obliging()).await;
        let batch = world.take(Queue::Caused);
        let heir = Box::pin(async {
            world.drain().await;
            assert_eq!(read_one_in(&world, 1).await, 1);
        });
        if !frozen_at(&world, call, &batch, heir).await {
            return false;
        }
        assert_eq!(read(&world), 1, "frozen at call {call}");
        true
    })
    .await;
}
