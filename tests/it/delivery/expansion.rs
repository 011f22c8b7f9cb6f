//! Expansion interrupted at every point, handed over, and done by two at once: each recipient has one row and one notification.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::id::JobId;
use ibw::notifications::chunk::Addressee;
use ibw::notifications::job::JobState;
use serde_json::json;

use super::fuse::Fuse;
use super::queues::Queue;
use super::world::World;
use crate::support::crowd;
use crate::support::database::PREFIX;

async fn started(recipients: usize) -> (Arc<World>, JobId) {
    let world = World::obliging().await;
    world.crowd(recipients);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    (world, id)
}

/// Each of `recipients` has one row, one notification, and one unread.
async fn assert_complete(world: &World, id: JobId, recipients: usize) {
    let rows: Vec<_> = world.chunks(id).await.into_iter().flat_map(|chunk| chunk.rows).collect();
    let users: BTreeSet<String> = rows
        .iter()
        .filter_map(|row| if let Addressee::User(user) = row.to { Some(user.to_string()) } else { None })
        .collect();
    let items = world.app.database.items("notifications");
    let notifications = items.iter().filter(|item| item["entity"]["S"] == "notification").count();
    let unread: Vec<_> = items.iter().filter(|item| item["entity"]["S"] == "feed_state").collect();
    assert_eq!(
        (rows.len(), users.len(), notifications, unread.len()),
        (recipients, recipients, recipients, recipients)
    );
    assert!(unread.iter().all(|item| item["unread"]["N"] == "1"));
    let counts = world.counts(id).await;
    assert_eq!(usize::try_from(counts.total), Ok(recipients));
    assert_eq!(world.read_job(id).await.state, JobState::Sending);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_killed_at_any_call_is_completed_by_the_next() {
    let mut call = 1;
    loop {
        let (world, id) = started(60).await;
        let batch = world.take(Queue::Jobs);
        let dying = {
            let (world, batch) = (Arc::clone(&world), batch.clone());
            tokio::task::spawn_blocking(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                let fuse = Fuse::of(call);
                let mut env = Env::of(world.app.database.environment());
                let config = Aws::read(&mut env).dynamodb().interceptor(fuse.clone()).build();
                let instance = world.instance(Dynamo::new(Client::from_conf(config), PREFIX));
                runtime.block_on(async {
                    tokio::select! {
                        biased;
                        () = fuse.blown() => true,
                        left = instance.handle(&batch) => { assert!(left.is_empty()); false }
                    }
                })
            })
        };
        let died = dying.await.expect("no panic");
        world.push(batch);
        world.work(Queue::Jobs, usize::MAX).await;
        assert_complete(&world, id, 60).await;
        if !died {
            break;
        }
        call += 1;
    }
    assert!(call > 10, "it makes more than {call} calls");
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
    world.work(Queue::Jobs, usize::MAX).await;
    assert_complete(&world, id, 1_200).await;
}

#[tokio::test]
async fn expansion_paused_in_between_goes_on_where_it_was() {
    let (world, id) = started(1_300).await;
    let actions = world.app.backstage().notifications.actions().clone();
    let instance = world.instance(world.app.database.dynamo(&crate::support::policy::Watch::over("notification-jobs")));
    instance.handle_for(&world.take(Queue::Jobs), std::time::Duration::ZERO).await;
    let paused = actions.pause(id).await.unwrap();
    assert_eq!((paused.state, paused.paused_in), (JobState::Paused, Some(JobState::Expanding)));
    world.work(Queue::Jobs, usize::MAX).await;
    assert_eq!(world.read_job(id).await.pages, 1, "nothing is listed while it is paused");
    let resumed = actions.resume(id).await.unwrap();
    assert_eq!(resumed.state, JobState::Expanding);
    world.work(Queue::Jobs, usize::MAX).await;
    assert_complete(&world, id, 1_300).await;
}

#[tokio::test]
async fn recipient_who_turns_up_on_a_second_page_is_left_out_there() {
    let (world, id) = started(1_200).await;
    let instance = world.instance(world.app.database.dynamo(&crate::support::policy::Watch::over("notification-jobs")));
    instance.handle_for(&world.take(Queue::Jobs), std::time::Duration::ZERO).await;
    // Somebody of the first page, whose place in the lists moves behind the second: as if the list had been read twice.
    let mut job = world.read_job(id).await;
    job.place = Some(ibw::notifications::audience::Place::default());
    crowd::put_in(&world.app.database, "notifications", &job);
    world.work(Queue::Jobs, usize::MAX).await;
    assert_complete(&world, id, 1_200).await;
}
