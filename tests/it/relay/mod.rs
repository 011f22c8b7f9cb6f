//! The relay: outbox items of a stream reach their topic's queue; what does not is named by sequence number.

mod outage;

use ibw::dynamo::{Dynamo, Expression, OutboxMessage, Topic};
use ibw::platform::Platform;
use ibw::random::Random;
use relay::Relay;
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::app::start_of_test;
use crate::support::aws::{Sqs, failures, stream_record};
use crate::support::database::{PREFIX, TestDatabase};
use crate::support::policy::Watch;

/// The queue of a topic in these tests: `email`, `notification-jobs`.
fn queue(topic: Topic) -> String {
    topic.queue_variable().trim_end_matches("_QUEUE_URL").to_lowercase().replace('_', "-")
}

/// A relay to a queue for each topic, and to `failures`. It has no tables, so it replays nothing.
pub(crate) fn relay(sqs: &Sqs) -> Relay {
    let (mut env, aws) = sqs.configuration(&[("TABLE_PREFIX", PREFIX)]);
    let platform = Platform::new(Dynamo::read(&mut env, &aws));
    env.finish(()).expect("a sound environment");
    relay_of(sqs, platform)
}

/// The same, of these tables.
fn relay_of(sqs: &Sqs, platform: Platform) -> Relay {
    let queues: Vec<(&str, String)> = Topic::ALL.iter().map(|topic| (topic.queue_variable(), queue(*topic))).collect();
    let mut variables: Vec<(&str, &str)> = queues.iter().map(|(name, queue)| (*name, queue.as_str())).collect();
    variables.push(("FAILURES_QUEUE_URL", "failures"));
    let (mut env, aws) = sqs.configuration(&variables);
    let relay = Relay::read(&mut env, &aws, platform);
    env.finish(relay).expect("a sound environment")
}

/// Shows the records to the relay; the sequence numbers it wants to see again.
pub(crate) async fn show(relay: &Relay, records: &[Value]) -> Vec<String> {
    let event = serde_json::from_value(json!({"Records": records})).expect("an event");
    failures(relay.handle(event).await.expect("an answer"))
}

/// The items of the outbox, as the stream shows them, oldest first.
pub(crate) fn outbox(database: &TestDatabase) -> Vec<Value> {
    let request = json!({
        "TableName": "ibw-test-users", "FilterExpression": "begins_with(pk, :outbox)",
        "ExpressionAttributeValues": {":outbox": {"S": "OUTBOX#"}},
    });
    let request = serde_json::from_value(request).expect("a Scan request");
    let found = serde_json::to_value(database.engine.scan(request).expect("a scan")).expect("JSON");
    let mut items = found["Items"].as_array().cloned().unwrap_or_default();
    items.sort_by_key(|item| item["sk"]["S"].to_string());
    items
}

/// The items of messages with these payloads, in order; their dedupe keys are `k0`, `k1` and so on.
async fn written<P: Serialize>(payloads: &[P]) -> Vec<Value> {
    let database = TestDatabase::start().await;
    let table = database.dynamo(&Watch::over_test()).table("users");
    for (n, payload) in payloads.iter().enumerate() {
        let now = start_of_test().plus_seconds(i64::try_from(n).expect("a few"));
        let message = OutboxMessage::new(Topic::Email, format!("k{n}"), payload, now, &Random::System);
        table.put(&message.expect("a message"), &Expression::default()).await.expect("a put");
    }
    outbox(&database)
}

#[tokio::test]
async fn outbox_items_reach_their_queue_with_payload_and_dedupe_key() {
    let sqs = Sqs::start(&[]).await;
    let items = written(&[json!({"n": 1}), json!({"n": 2})]).await;
    assert!(show(&relay(&sqs), &[stream_record("1", &items[0]), stream_record("2", &items[1])]).await.is_empty());
    let expected = [(r#"{"n":1}"#.to_owned(), "k0".to_owned()), (r#"{"n":2}"#.to_owned(), "k1".to_owned())];
    assert_eq!(sqs.published("email").await, expected);
}

#[tokio::test]
async fn outbox_items_partly_refused_are_named_by_sequence_number() {
    let sqs = Sqs::start(&[]).await;
    let payloads: Vec<_> = (0..25).map(|n| if [3, 10, 24].contains(&n) { "refused" } else { "fine" }).collect();
    let items = written(&payloads).await;
    let records: Vec<_> =
        items.iter().enumerate().map(|(n, item)| stream_record(&(1000 + n).to_string(), item)).collect();
    assert_eq!(show(&relay(&sqs), &records).await, ["1003", "1010", "1024"]);
    assert_eq!(sqs.published("email").await.len(), 25);
}

#[tokio::test]
async fn records_that_are_no_new_outbox_items_are_passed_over() {
    let sqs = Sqs::start(&[]).await;
    let item = &written(&["expired"]).await[0];
    let mut removed = stream_record("1", item);
    removed["eventName"] = json!("REMOVE");
    let mut modified = stream_record("2", item);
    modified["eventName"] = json!("MODIFY");
    let profile = stream_record("3", &json!({"pk": {"S": "USER#usr_1"}, "sk": {"S": "PROFILE"}}));
    assert!(show(&relay(&sqs), &[removed, modified, profile]).await.is_empty());
    assert!(sqs.calls("SendMessageBatch").await.is_empty());
}

#[tokio::test]
async fn outbox_item_that_does_not_decode_goes_to_the_failures_queue_and_holds_up_nobody() {
    let sqs = Sqs::start(&[]).await;
    let items = written(&["good", "bad", "fine"]).await;
    let mut bad = items[1].clone();
    bad["topic"]["S"] = json!("pigeons");
    let keys_only = json!({"pk": {"S": "OUTBOX#1"}, "sk": {"S": "out_1"}});
    let records = [&items[0], &bad, &keys_only, &items[2]];
    let records: Vec<_> = records.iter().enumerate().map(|(n, item)| stream_record(&n.to_string(), item)).collect();
    assert!(show(&relay(&sqs), &records).await.is_empty());
    let sent: Vec<_> = sqs.published("email").await.into_iter().map(|(body, _)| body).collect();
    assert_eq!(sent, [r#""good""#, r#""fine""#]);
    let failed = sqs.published("failures").await;
    assert_eq!(failed.len(), 2);
    let body: Value = serde_json::from_str(&failed[0].0).unwrap();
    assert_eq!((&body["pk"], &body["sk"]), (&bad["pk"]["S"], &bad["sk"]["S"]));
}

#[tokio::test]
async fn queues_that_take_nothing_have_every_record_shown_again() {
    let sqs = Sqs::start(&["SendMessageBatch"]).await;
    let good = &written(&["good"]).await[0];
    let bad = json!({"pk": {"S": "OUTBOX#1"}, "sk": {"S": "out_1"}});
    let mut again = show(&relay(&sqs), &[stream_record("1", good), stream_record("2", &bad)]).await;
    again.sort();
    assert_eq!(again, ["1", "2"]);
}

#[tokio::test]
async fn record_without_sequence_number_fails_the_invocation_before_anything_is_sent() {
    let sqs = Sqs::start(&[]).await;
    let good = &written(&["good"]).await[0];
    let event = json!({"Records": [stream_record("1", good), stream_record("", good)]});
    assert!(relay(&sqs).handle(serde_json::from_value(event).unwrap()).await.is_err());
    assert!(sqs.calls("SendMessageBatch").await.is_empty());
}

#[tokio::test]
async fn sample_event_is_relayed() {
    let sqs = Sqs::start(&[]).await;
    let event = serde_json::from_str(include_str!("../../../events/relay/outbox.json")).unwrap();
    assert!(failures(relay(&sqs).handle(event).await.unwrap()).is_empty());
    assert_eq!(sqs.published("email").await.len(), 1);
}

#[tokio::test]
async fn outbox_items_of_each_topic_reach_the_queue_of_their_topic_alone() {
    let sqs = Sqs::start(&[]).await;
    let item = &written(&["a message"]).await[0];
    for (n, topic) in Topic::ALL.iter().enumerate() {
        let mut item = item.clone();
        item["topic"]["S"] = serde_json::to_value(topic).expect("a topic's name");
        assert!(show(&relay(&sqs), &[stream_record(&n.to_string(), &item)]).await.is_empty());
    }
    for topic in Topic::ALL {
        assert_eq!(sqs.published(&queue(*topic)).await.len(), 1, "{topic:?}");
    }
    assert!(sqs.published("failures").await.is_empty());
}
