//! Expanding an audience of 100,000 beside the bare writing of the same items.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Item;
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
/// The time-out of the `notification-jobs` function, and the part of it after which it goes on in a new message.
const TIMEOUT: Duration = Duration::from_secs(60);
const SHARE: f64 = 0.45;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expansion_takes_little_longer_than_its_writes() {
    let mut app = TestApp::start().await;
    app.clock = Clock::System;
    let telegram = FakeTelegram::obliging(&app.clock).await;
    let world = World::start(app, telegram, &[]).await;
    let recipients = super::size("IBW_BENCH_RECIPIENTS", 100_000);
    world.crowd(recipients);
    let id = world.job(json!("everyone"), json!({})).await;
    world.start_job(id).await;

    let (mut total, mut longest, mut invocations) = (Duration::ZERO, Duration::ZERO, 0);
    while world.read_job(id).await.place.is_some() {
        let begun = Instant::now();
        assert_eq!(world.work_for(Queue::Jobs, TIMEOUT.mul_f64(SHARE)).await, 1, "an invocation");
        let taken = begun.elapsed();
        (total, longest, invocations) = (total + taken, longest.max(taken), invocations + 1);
    }
    assert_eq!(world.read_job(id).await.counts.total, u32::try_from(recipients).expect("a count"));

    let items = world.app.database.items("notifications");
    let bare = write_bare(items).await;
    let ratio = total.as_secs_f64() / bare.as_secs_f64();
    println!(
        "expansion of {recipients}: {:.1} s in {invocations} invocations of at most {:.1} s (time-out {} s); \
         the same items as bare batch writes: {:.1} s; ratio {ratio:.2} (gate {GATE})",
        total.as_secs_f64(),
        longest.as_secs_f64(),
        TIMEOUT.as_secs(),
        bare.as_secs_f64(),
    );
    assert!(longest < TIMEOUT / 2, "an invocation took more than half of its time-out");
    assert!(ratio <= GATE, "ratio {ratio:.2}");
}

/// Writes the items into an empty database as fast as batch writes do it.
async fn write_bare(items: Vec<Value>) -> Duration {
    let database = TestDatabase::start().await;
    let mut env = Env::of(database.environment());
    let client = Client::from_conf(Aws::read(&mut env).dynamodb().build());
    let items: Vec<Item> = items.iter().map(item).collect();
    let batches: Vec<&[Item]> = items.chunks(25).collect();
    let requests: Vec<Vec<Vec<WriteRequest>>> = (0..PARALLEL)
        .map(|lane| batches.iter().skip(lane).step_by(PARALLEL).map(|batch| batch.iter().map(put).collect()).collect())
        .collect();
    let begun = Instant::now();
    let lanes: Vec<_> = requests
        .into_iter()
        .map(|batches| {
            let client = client.clone();
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
