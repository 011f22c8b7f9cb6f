//! Expanding an audience of 100,000 beside the bare writing of the same items.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::{Dynamo, Item};
use ibw::notifications::model::JobId;
use ibw::time::Clock;
use serde_json::{Value, json};

use crate::delivery::fake::FakeTelegram;
use crate::delivery::queues::Queue;
use crate::delivery::world::World;
use crate::support::app::TestApp;
use crate::support::database::{PREFIX, TestDatabase};

/// Batch writes under way at once: as many as the expansion has transactions.
const PARALLEL: usize = 8;
/// What an expansion may take of the time that the bare writes take.
const GATE: f64 = 1.5;
/// The time-out of the `notification-jobs` function.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The part of it after which the function goes on in a new message.
const ON_AWS: f64 = 0.45;
/// The same here: a second, for more turns.
const SHARE: f64 = 1.0 / 60.0;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_takes_little_longer_than_its_writes() {
    let recipients = super::size("IBW_BENCH_RECIPIENTS", 100_000);
    let items = items_of_an_expansion(recipients).await;
    let (world, id) = started(recipients).await;
    // The same store: what a write costs there depends on what it has already.
    let bare = Bare { client: client(&world.app.database), items };
    let (mut expansion, mut longest, mut invocations, mut written) =
        (Duration::ZERO, Duration::ZERO, 0, Duration::ZERO);
    // In turns, so that whatever else the machine does falls on both, and the store is as large for both.
    let mut done = 0;
    while world.read_job(id).await.place.is_some() {
        let taken = invocation(&world, TIMEOUT.mul_f64(SHARE)).await;
        (expansion, longest, invocations) = (expansion + taken, longest.max(taken), invocations + 1);
        let listed = usize::try_from(world.read_job(id).await.counts.total).expect("a count");
        let as_far = bare.items.len() * listed / recipients;
        written += bare.write(&bare.items[done..as_far]).await;
        done = as_far;
    }
    assert_eq!(done, bare.items.len(), "everybody was listed");
    let ratio = expansion.as_secs_f64() / written.as_secs_f64();
    println!(
        "expansion of {recipients}: {:.1} s in {invocations} invocations of at most {:.1} s (time-out {} s); \
         the same items as bare batch writes: {:.1} s; ratio {ratio:.2} (gate {GATE})",
        expansion.as_secs_f64(),
        longest.as_secs_f64(),
        TIMEOUT.as_secs(),
        written.as_secs_f64(),
    );
    let overrun = longest.saturating_sub(TIMEOUT.mul_f64(SHARE));
    assert!(
        overrun < TIMEOUT.mul_f64(0.5 - ON_AWS),
        "what is begun then takes {overrun:?}: more than half of the time-out in all"
    );
    assert!(ratio <= GATE, "ratio {ratio:.2}");
}

/// A job for so many people that has been started.
async fn started(recipients: usize) -> (Arc<World>, JobId) {
    let mut app = TestApp::start().await;
    app.clock = Clock::System;
    let telegram = FakeTelegram::obliging(&app.clock).await;
    let world = World::start(app, telegram, &[]).await;
    world.crowd(recipients);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;
    (world, id)
}

/// One invocation of `notification-jobs`, by an instance that nobody watches, and how long it took.
async fn invocation(world: &World, time: Duration) -> Duration {
    let instance = world.instance(Dynamo::new(client(&world.app.database), PREFIX));
    let batch = world.take(Queue::Jobs);
    assert_eq!(batch.len(), 1, "an invocation");
    let begun = Instant::now();
    assert!(instance.handle_for(&batch, time).await.is_empty());
    begun.elapsed()
}

fn client(database: &TestDatabase) -> Client {
    Client::from_conf(Aws::read(&mut Env::of(database.environment())).dynamodb().build())
}

/// What an expansion leaves in the table.
async fn items_of_an_expansion(recipients: usize) -> Vec<Item> {
    let (world, _) = started(recipients).await;
    // In one invocation, so that no outbox item is relayed.
    invocation(&world, Duration::from_secs(3_600)).await;
    let items = world.app.database.items("notifications");
    items.iter().map(item).map(elsewhere).collect()
}

/// The same item in another partition, where it is in nobody's way.
fn elsewhere(mut item: Item) -> Item {
    let Some(AttributeValue::S(partition)) = item.remove("pk") else { panic!("an item has a key") };
    item.insert("pk".to_owned(), AttributeValue::S(format!("BARE#{partition}")));
    item
}

/// Items to be written as fast as batch writes do it.
struct Bare {
    client: Client,
    items: Vec<Item>,
}

impl Bare {
    /// Writes some of the items, by several lanes at once; how long it took.
    async fn write(&self, items: &[Item]) -> Duration {
        let batches: Vec<&[Item]> = items.chunks(25).collect();
        let lane = |lane| batches.iter().skip(lane).step_by(PARALLEL).map(|batch| batch.iter().map(put).collect());
        let requests: Vec<Vec<Vec<WriteRequest>>> = (0..PARALLEL).map(|n| lane(n).collect()).collect();
        let begun = Instant::now();
        let lanes: Vec<_> = requests
            .into_iter()
            .map(|batches| {
                let client = self.client.clone();
                tokio::spawn(async move {
                    for batch in batches {
                        let call = client.batch_write_item().request_items(format!("{PREFIX}-notifications"), batch);
                        let left = call.send().await.expect("a batch write").unprocessed_items.unwrap_or_default();
                        assert!(left.is_empty(), "{left:?}");
                    }
                })
            })
            .collect();
        for lane in lanes {
            lane.await.expect("a lane");
        }
        begun.elapsed()
    }
}

fn put(item: &Item) -> WriteRequest {
    let put = PutRequest::builder().set_item(Some(item.clone())).build().expect("an item");
    WriteRequest::builder().put_request(put).build()
}

fn item(item: &Value) -> Item {
    item.as_object().expect("an item").iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn attribute(value: &Value) -> AttributeValue {
    let (kind, inner) = value.as_object().and_then(|tagged| tagged.iter().next()).expect("a tagged value");
    match (kind.as_str(), inner) {
        ("S", Value::String(text)) => AttributeValue::S(text.clone()),
        ("N", Value::String(number)) => AttributeValue::N(number.clone()),
        ("BOOL", Value::Bool(flag)) => AttributeValue::Bool(*flag),
        ("NULL", _) => AttributeValue::Null(true),
        ("L", Value::Array(list)) => AttributeValue::L(list.iter().map(attribute).collect()),
        ("M", Value::Object(_)) => AttributeValue::M(item(inner)),
        other => panic!("no item has {other:?}"),
    }
}
