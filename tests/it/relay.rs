//! The relay: outbox items of a stream reach their topic's queue; what does not is named by sequence number.

use ibw::dynamo::{Entity, Expression, OutboxMessage, Topic};
use ibw::random::Random;
use ibw::time::Time;
use relay::Relay;
use serde_json::{Value, json};

use crate::fakes::{self, Sqs};

/// A relay to the queues `email` and `failures`.
pub fn relay(sqs: &Sqs) -> Relay {
    let (mut env, aws) = sqs.env(&[("EMAIL_QUEUE_URL", "email"), ("FAILURES_QUEUE_URL", "failures")]);
    let relay = Relay::read(&mut env, &aws);
    env.finish(relay).unwrap()
}

/// The stream record of an item.
pub fn inserted(number: &str, item: &Value) -> Value {
    json!({
        "eventID": number, "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "ap-south-1",
        "eventSourceARN": "arn:aws:dynamodb:ap-south-1:0:table/test-users/stream/0",
        "dynamodb": {"Keys": {"pk": item["pk"], "sk": item["sk"]}, "NewImage": item, "SequenceNumber": number, "SizeBytes": 1},
    })
}

/// The item of an outbox message, as DynamoDB shows it.
pub async fn stored<P: serde::Serialize>(database: &str, dedupe_key: &str, payload: &P) -> Value {
    let now = Time::from_millis(1_795_339_800_000).unwrap();
    let message = OutboxMessage::new(Topic::Email, dedupe_key.to_owned(), payload, now, &Random::System).unwrap();
    fakes::dynamo(database).table("users").put(&message, &Expression::default()).await.unwrap();
    let key = message.key();
    let request = json!({"TableName": "test-users", "Key": {"pk": {"S": key.pk}, "sk": {"S": key.sk}}});
    fakes::call(database, "GetItem", &request).await["Item"].clone()
}

/// Shows the records to the relay; the sequence numbers it wants to see again.
pub async fn show(relay: &Relay, records: &[Value]) -> Vec<String> {
    let event = serde_json::from_value(json!({"Records": records})).unwrap();
    let response = serde_json::to_value(relay.handle(event).await.unwrap()).unwrap();
    let failures = response["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn outbox_items_reach_their_queue_with_payload_and_dedupe_key() {
    let (sqs, database) = (Sqs::start(&[]).await, fakes::database().await);
    let records = [
        inserted("1", &stored(&database, "k1", &json!({"n": 1})).await),
        inserted("2", &stored(&database, "k2", &json!({"n": 2})).await),
    ];
    assert!(show(&relay(&sqs), &records).await.is_empty());
    let expected = [(r#"{"n":1}"#.to_owned(), "k1".to_owned()), (r#"{"n":2}"#.to_owned(), "k2".to_owned())];
    assert_eq!(sqs.published("email").await, expected);
}

#[tokio::test]
async fn outbox_items_partly_refused_are_named_by_sequence_number() {
    let (sqs, database) = (Sqs::start(&[]).await, fakes::database().await);
    let mut records = Vec::new();
    for n in 0..25 {
        let payload = if [3, 10, 24].contains(&n) { "refused" } else { "fine" };
        records.push(inserted(&format!("{}", 1000 + n), &stored(&database, "k", &payload).await));
    }
    assert_eq!(show(&relay(&sqs), &records).await, ["1003", "1010", "1024"]);
}

#[tokio::test]
async fn records_that_are_no_new_outbox_items_are_passed_over() {
    let (sqs, database) = (Sqs::start(&[]).await, fakes::database().await);
    let item = stored(&database, "k", &"expired").await;
    let mut removed = inserted("1", &item);
    removed["eventName"] = json!("REMOVE");
    let mut modified = inserted("2", &item);
    modified["eventName"] = json!("MODIFY");
    let profile = inserted("3", &json!({"pk": {"S": "USER#usr_1"}, "sk": {"S": "PROFILE"}}));
    assert!(show(&relay(&sqs), &[removed, modified, profile]).await.is_empty());
    assert!(sqs.calls("SendMessageBatch").await.is_empty());
}

#[tokio::test]
async fn outbox_item_that_does_not_decode_goes_to_the_failures_queue_and_holds_up_nobody() {
    let (sqs, database) = (Sqs::start(&[]).await, fakes::database().await);
    let good = stored(&database, "k1", &"good").await;
    let mut bad = stored(&database, "k2", &"bad").await;
    bad["topic"]["S"] = json!("pigeons");
    let keys_only = json!({"pk": {"S": "OUTBOX#1"}, "sk": {"S": "out_1"}});
    let records = [inserted("1", &good), inserted("2", &bad), inserted("3", &keys_only), inserted("4", &good)];
    assert!(show(&relay(&sqs), &records).await.is_empty());
    assert_eq!(sqs.published("email").await.len(), 2);
    let failed = sqs.published("failures").await;
    assert_eq!(failed.len(), 2);
    let body: Value = serde_json::from_str(&failed[0].0).unwrap();
    assert_eq!((&body["pk"], &body["sk"]), (&bad["pk"]["S"], &bad["sk"]["S"]));
}

#[tokio::test]
async fn queues_that_take_nothing_have_every_record_shown_again() {
    let (sqs, database) = (Sqs::start(&["SendMessageBatch"]).await, fakes::database().await);
    let good = stored(&database, "k1", &"good").await;
    let bad = json!({"pk": {"S": "OUTBOX#1"}, "sk": {"S": "out_1"}});
    let mut again = show(&relay(&sqs), &[inserted("1", &good), inserted("2", &bad)]).await;
    again.sort();
    assert_eq!(again, ["1", "2"]);
}

#[tokio::test]
async fn record_without_sequence_number_fails_the_invocation_before_anything_is_sent() {
    let (sqs, database) = (Sqs::start(&[]).await, fakes::database().await);
    let good = stored(&database, "k1", &"good").await;
    let event = serde_json::from_value(json!({"Records": [inserted("1", &good), inserted("", &good)]})).unwrap();
    assert!(relay(&sqs).handle(event).await.is_err());
    assert!(sqs.calls("SendMessageBatch").await.is_empty());
}

#[tokio::test]
async fn sample_event_is_relayed() {
    let sqs = Sqs::start(&[]).await;
    let event = serde_json::from_str(include_str!("../../events/relay/outbox.json")).unwrap();
    assert!(relay(&sqs).handle(event).await.unwrap().batch_item_failures.is_empty());
    assert_eq!(sqs.published("email").await.len(), 1);
}
