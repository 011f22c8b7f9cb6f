//! Batches: in chunks of what DynamoDB takes, again for what it left, and loudly when something stays left.

use std::time::{Duration, Instant};

use ibw::deadline::with_deadline;
use ibw::dynamo::{Error, Key};
use ibw::random::Random;
use serde_json::{Value, json};

use super::{Badge, Fake, badge, key};
use crate::support::app::TestApp;
use crate::support::database::PREFIX;
use crate::support::policy::Watch;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("b{n:03}")).collect()
}

fn keys(names: &[String]) -> Vec<Key> {
    names.iter().map(|name| key(name)).collect()
}

#[tokio::test]
async fn batches_of_any_size_are_written_read_and_deleted_whole() {
    let app = TestApp::start().await;
    let watch = Watch::over_test();
    let table = app.database.dynamo(&watch).table("users");
    // The size, and the requests that 25 writes and 100 keys a request make of it.
    for (count, writes, reads) in [(0, 0, 0), (1, 1, 1), (3, 1, 1), (25, 1, 1), (26, 2, 1), (100, 4, 1), (101, 5, 2)] {
        let names = names(count);
        let badges: Vec<Badge> = names.iter().map(|name| badge(name)).collect();
        table.batch_put(&badges, &Random::System).await.unwrap();
        assert_eq!((app.database.items("users").len(), watch.take().len()), (count, writes));
        let mut found: Vec<Badge> = table.batch_get(&keys(&names), &Random::System).await.unwrap();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        assert_eq!((found, watch.take().len()), (badges, reads));
        table.batch_delete(&keys(&names), &Random::System).await.unwrap();
        assert_eq!((app.database.items("users").len(), watch.take().len()), (0, writes));
    }
}

#[tokio::test]
async fn batch_read_leaves_out_what_is_not_there() {
    let app = TestApp::start().await;
    let table = app.backstage().platform.tables.table("users");
    table.batch_put(&[badge("a"), badge("c")], &Random::System).await.unwrap();
    let mut found: Vec<Badge> = table.batch_get(&[key("a"), key("b"), key("c")], &Random::System).await.unwrap();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(found, [badge("a"), badge("c")]);
}

fn item_key(name: &str) -> Value {
    json!({"pk": {"S": format!("BADGE#{name}")}, "sk": {"S": "BADGE"}})
}

fn item(name: &str) -> Value {
    let mut item = item_key(name);
    item["name"] = json!({ "S": name });
    item["entity"] = json!({"S": "badge"});
    item["v"] = json!({"N": "1"});
    item
}

fn of_table(value: Value) -> Value {
    let name = format!("{PREFIX}-users");
    json!({ name: value })
}

/// The answer to a read: what it found, and what it left.
fn read(found: &[&str], left: &[&str]) -> Value {
    let found = found.iter().map(|name| item(name)).collect::<Vec<_>>();
    let left = left.iter().map(|name| item_key(name)).collect::<Vec<_>>();
    let unprocessed = if left.is_empty() { json!({}) } else { of_table(json!({ "Keys": left })) };
    json!({"Responses": of_table(json!(found)), "UnprocessedKeys": unprocessed})
}

/// The answer to a write: what it left.
fn written(left: &[&str]) -> Value {
    let left: Vec<Value> = left.iter().map(|name| json!({"DeleteRequest": {"Key": item_key(name)}})).collect();
    let unprocessed = if left.is_empty() { json!({}) } else { of_table(json!(left)) };
    json!({ "UnprocessedItems": unprocessed })
}

#[tokio::test]
async fn batch_read_asks_again_for_what_was_left_only() {
    let fake = Fake::start().await;
    for answer in [read(&["a"], &["b", "c"]), read(&[], &["b", "c"]), read(&["c"], &["b"]), read(&["b"], &[])] {
        fake.answer("BatchGetItem", 1, 200, &answer).await;
    }
    let keys = [key("a"), key("b"), key("c")];
    let found: Vec<Badge> = fake.table().batch_get(&keys, &Random::seeded(1)).await.unwrap();
    assert_eq!(found, [badge("a"), badge("c"), badge("b")]);
    let asked: Vec<Value> = fake
        .requests()
        .await
        .iter()
        .map(|request| request["RequestItems"][format!("{PREFIX}-users")]["Keys"].clone())
        .collect();
    let of = |names: &[&str]| json!(names.iter().map(|name| item_key(name)).collect::<Vec<_>>());
    assert_eq!(asked, [of(&["a", "b", "c"]), of(&["b", "c"]), of(&["b", "c"]), of(&["b"])]);
}

#[tokio::test]
async fn batch_write_sends_again_what_was_left_only() {
    let fake = Fake::start().await;
    for answer in [written(&["b", "c"]), written(&["c"]), written(&[])] {
        fake.answer("BatchWriteItem", 1, 200, &answer).await;
    }
    fake.table().batch_delete(&[key("a"), key("b"), key("c")], &Random::seeded(1)).await.unwrap();
    let sent: Vec<Value> = fake
        .requests()
        .await
        .iter()
        .map(|request| request["RequestItems"][format!("{PREFIX}-users")].clone())
        .collect();
    let of = |names: &[&str]| {
        json!(names.iter().map(|name| json!({"DeleteRequest": {"Key": item_key(name)}})).collect::<Vec<_>>())
    };
    assert_eq!(sent, [of(&["a", "b", "c"]), of(&["b", "c"]), of(&["c"])]);
}

#[tokio::test]
async fn batch_of_which_something_stays_left_fails_after_eight_tries() {
    let fake = Fake::start().await;
    fake.answer("BatchGetItem", 1000, 200, &read(&["a"], &["b"])).await;
    fake.answer("BatchWriteItem", 1000, 200, &written(&["b", "c"])).await;
    let read = fake.table().batch_get::<Badge>(&[key("a"), key("b")], &Random::System).await.unwrap_err();
    assert_eq!(read.to_string(), "DynamoDB is busy: 1 keys of ibw-test-users stay unread");
    assert_eq!(fake.requests().await.len(), 8);
    let write = fake.table().batch_delete(&[key("b"), key("c")], &Random::System).await.unwrap_err();
    assert_eq!(write.to_string(), "DynamoDB is busy: 2 writes to ibw-test-users stay undone");
    assert_eq!(fake.requests().await.len(), 16);
}

#[tokio::test]
async fn batch_is_given_up_before_the_deadline() {
    let fake = Fake::start().await;
    fake.answer("BatchWriteItem", 1000, 200, &written(&["a"])).await;
    let deadline = Instant::now() + Duration::from_millis(1000);
    let table = fake.table();
    let error = with_deadline(deadline, table.batch_delete(&[key("a")], &Random::System)).await.unwrap_err();
    assert!(Instant::now() < deadline);
    assert!(matches!(error, Error::Busy(_)), "{error}");
}
