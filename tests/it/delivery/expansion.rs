//! Expansion interrupted at every point, handed over, and done by two at once: each recipient has one row and one
//! notification.

use std::collections::BTreeSet;
use std::sync::Arc;

use ibw::notifications::chunk::Addressee;
use ibw::notifications::job::JobState;
use ibw::notifications::model::JobId;
use ibw::notifications::service::LEASE;
use serde_json::json;

use super::queues::Queue;
use super::world::World;
use crate::support::fuse::Fuse;

pub(super) async fn started(recipients: usize) -> (Arc<World>, JobId) {
    let world = World::obliging().await;
    world.crowd(recipients);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    (world, id)
}

/// Each of `recipients` has one row and one notification.
pub(super) async fn assert_complete(world: &World, id: JobId, recipients: usize) {
    let rows: Vec<_> = world.chunks(id).await.into_iter().flat_map(|chunk| chunk.rows).collect();
    let users: BTreeSet<String> = rows
        .iter()
        .filter_map(|row| if let Addressee::User(user) = row.to { Some(user.to_string()) } else { None })
        .collect();
    let items = world.app.database.items("notifications");
    let notifications = items.iter().filter(|item| item["entity"]["S"] == "notification").count();
    assert_eq!((rows.len(), users.len(), notifications), (recipients, recipients, recipients));
    let counts = world.counts(id).await;
    assert_eq!(usize::try_from(counts.total), Ok(recipients));
    let job = world.read_job(id).await;
    assert_eq!((job.state, job.lease), (JobState::Sending, None));
}

/// Has users read what is in feeds, one notification in so many; how many that is.
pub(super) async fn read_one_in(world: &World, step: usize) -> usize {
    let items = world.app.database.items("notifications");
    let told: Vec<_> = items.iter().filter(|item| item["entity"]["S"] == "notification").step_by(step).collect();
    for item in &told {
        let text = |name: &str| item[name]["S"].as_str().expect("a text");
        let (user, id) = (text("user_id").parse().expect("an id"), text("id").parse().expect("an id"));
        assert!(world.repository().read(user, id, world.app.now()).await.expect("a write").is_some());
    }
    told.len()
}

/// How many notifications were read.
pub(super) fn read(world: &World) -> usize {
    let items = world.app.database.items("notifications");
    items.iter().filter(|item| item["entity"]["S"] == "notification" && !item["read_at"].is_null()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_killed_at_any_call_is_completed_by_the_next_and_what_was_read_stays_read() {
    let (mut call, mut most_read) = (1, 0);
    loop {
        let (world, id) = started(60).await;
        let batch = world.take(Queue::Jobs);
        let died = world.work_until_call(&batch, call).await;
        let had_read = read_one_in(&world, 1).await;
        most_read = had_read.max(most_read);
        world.push(batch);
        let before = world.read_job(id).await;
        world.work(Queue::Jobs, usize::MAX).await;
        if before.lease.is_some() {
            assert_eq!(world.read_job(id).await, before, "nobody else is at it before the lease lapses");
        }
        world.clock().advance(i64::try_from(LEASE.as_secs()).expect("seconds"));
        world.work(Queue::Jobs, usize::MAX).await;
        assert_complete(&world, id, 60).await;
        assert_eq!(read(&world), had_read, "killed at call {call}");
        if !died {
            break;
        }
        call += 1;
    }
    assert!(call > 10 && most_read == 60, "{call} calls, {most_read} read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_paused_at_any_call_ends_its_page_and_is_resumed_at_once() {
    let mut pauses = 0;
    for call in (1..).step_by(4) {
        let (world, id) = started(600).await;
        let fuse = Fuse::of(call);
        let instance = world.instance(world.app.database.dynamo(&fuse));
        let batch = world.take(Queue::Jobs);
        let mut expanding = std::pin::pin!(instance.handle(&batch));
        let left = tokio::select! {
            () = fuse.blown() => {
                let (paused, left) = tokio::join!(world.pause(id), expanding);
                paused.expect("a pause");
                pauses += 1;
                left
            }
            left = &mut expanding => {
                assert!(left.is_empty());
                assert_complete(&world, id, 600).await;
                break;
            }
        };
        let paused = world.read_job(id).await;
        assert_eq!((paused.state, paused.lease, left.is_empty()), (JobState::Paused, None, true), "at call {call}");
        world.resume(id).await.expect("a resumption");
        world.work(Queue::Jobs, usize::MAX).await;
        assert_complete(&world, id, 600).await;
    }
    assert!(pauses > 5, "{pauses}");
}

#[tokio::test]
async fn expansion_without_time_hands_over_after_each_page() {
    let (world, id) = started(2_100).await;
    let mut invocations = 0;
    while world.read_job(id).await.state == JobState::Expanding {
        let instance =
            world.instance(world.app.database.dynamo(&crate::support::policy::Watch::over("notification-jobs")));
        let left = instance.handle_for(&world.take(Queue::Jobs), std::time::Duration::ZERO).await;
        assert!(left.is_empty());
        invocations += 1;
    }
    let job = world.read_job(id).await;
    assert_eq!(job.pages, invocations);
    assert!(invocations >= 3, "{invocations}");
    assert_complete(&world, id, 2_100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_by_four_at_once_lists_everybody_once() {
    let (world, id) = started(1_200).await;
    let message = world.take(Queue::Jobs);
    world.push(vec![message[0].clone(); 4]);
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.work(Queue::Jobs, 1).await })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no panic");
    }
    assert_complete(&world, id, 1_200).await;
    world.clock().advance(i64::try_from(LEASE.as_secs()).expect("seconds"));
    assert!(world.work(Queue::Jobs, usize::MAX).await <= 1, "three were put off");
    assert_complete(&world, id, 1_200).await;
}

#[tokio::test]
async fn expansion_paused_in_between_goes_on_where_it_was() {
    let (world, id) = started(1_300).await;
    let instance = world.instance(world.app.database.dynamo(&crate::support::policy::Watch::over("notification-jobs")));
    instance.handle_for(&world.take(Queue::Jobs), std::time::Duration::ZERO).await;
    let paused = world.pause(id).await.unwrap();
    assert_eq!((paused.state, paused.paused_in), (JobState::Paused, Some(JobState::Expanding)));
    world.work(Queue::Jobs, usize::MAX).await;
    assert_eq!(world.read_job(id).await.pages, 1, "nothing is listed while it is paused");
    let resumed = world.resume(id).await.unwrap();
    assert_eq!(resumed.state, JobState::Expanding);
    world.work(Queue::Jobs, usize::MAX).await;
    assert_complete(&world, id, 1_300).await;
}
