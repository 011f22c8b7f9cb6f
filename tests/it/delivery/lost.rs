//! Workers that lose an answer of DynamoDB at any of their calls: everybody is told once, and no message is stuck.

use std::collections::BTreeMap;
use std::sync::Arc;

use ibw::notifications::model::DeliveryState;
use ibw::notifications::notice::{Cause, Notice, Subject};
use ibw::notifications::reply::Reply;
use ibw::notifications::service::LEASE;

use super::expansion::{assert_complete, started};
use super::fake::obliging;
use super::pace::reply_in;
use super::queues::Queue;
use super::urgent::{notified, seat, telegram_state};
use super::world::World;
use crate::notifications::replacing::queued;
use crate::support::app::TestApp;
use crate::support::lossy::Lossy;

/// Has the messages of a queue worked on, again and again, by a worker that loses its n-th answer. `prepare` makes each
/// world anew, `settled` looks at what came of it.
async fn at_every_call<S>(
    name: &str,
    queue: Queue,
    prepare: impl AsyncFn() -> (Arc<World>, S),
    settled: impl AsyncFn(&World, &S),
) {
    let mut call = 0;
    loop {
        call += 1;
        for lossy in [Lossy::once(call), Lossy::thrice(call)] {
            let (world, subject) = prepare().await;
            let batch = world.take(queue);
            assert!(!batch.is_empty());
            let left = world.instance(world.app.database.dynamo(&lossy)).handle(&batch).await;
            assert!(lossy.is_outage() || left.is_empty(), "{name}: the worker gave up at {lossy:?}");
            if !left.is_empty() {
                world.clock().advance(i64::try_from(LEASE.as_secs()).expect("seconds"));
            }
            world.push(left);
            settled(&world, &subject).await;
            if !lossy.has_lost() {
                println!("{name}: {} calls, {} runs", call - 1, 2 * (call - 1));
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_lists_everybody_once() {
    at_every_call(
        "expansion",
        Queue::Jobs,
        async || started(60).await,
        async |world, id| {
            world.work(Queue::Jobs, usize::MAX).await;
            world.work(Queue::Jobs, usize::MAX).await;
            assert_complete(world, *id, 60).await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn job_tells_everybody_once() {
    let expanded = async || World::expanded(TestApp::start().await, obliging(), 4).await;
    at_every_call("delivery", Queue::Bulk, expanded, async |world, id| {
        let job = world.run_until_over(*id).await;
        assert_eq!((job.counts.sent, job.counts.total, world.telegram.log().len()), (4, 4, 4));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_notification_is_sent_once() {
    at_every_call(
        "notification",
        Queue::Caused,
        async || notified(obliging()).await,
        async |world, user| {
            world.drain().await;
            assert_eq!(telegram_state(world, *user).await.0, DeliveryState::Sent);
            assert_eq!(world.telegram.log().len(), 1);
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answer_of_the_bot_is_sent_once() {
    let asked = async || {
        let world = World::obliging().await;
        world.push(vec![reply_in(7, Reply::Welcome, None)]);
        (world, ())
    };
    at_every_call("reply", Queue::Urgent, asked, async |world, ()| {
        world.drain().await;
        assert_eq!(world.telegram.told(), [7]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notice_that_replaces_another_is_told_once() {
    let waiting = async || {
        let (world, user) = notified(obliging()).await;
        let subject = Subject::of("events:seat".to_owned());
        let notice = |hall: &str, at: i64| Notice {
            arguments: BTreeMap::from([("hall".to_owned(), hall.to_owned())]),
            dedupe_key: format!("events:{hall}"),
            at: world.app.now().plus_seconds(at),
            cause: Cause::User(user),
            subject: Some(subject.clone()),
            ..seat(&world, user)
        };
        let (older, newer) = (queued(notice("B", 1)), queued(notice("C", 2)));
        world.push(vec![older]);
        world.work(Queue::Jobs, usize::MAX).await;
        world.push(vec![newer]);
        (world, user)
    };
    at_every_call("replacing notice", Queue::Jobs, waiting, async |world, _| {
        world.drain().await;
        let log = world.telegram.log();
        let told: Vec<_> = log.iter().map(|sending| sending.text.chars().last()).collect();
        assert_eq!((told.len(), told.contains(&Some('C'))), (2, true), "the first one, and the newest: {told:?}");
    })
    .await;
}
