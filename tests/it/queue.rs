//! SQS batches: what becomes of each record, and that none concerns its neighbours.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ibw::queue::{Consumer, Message, Outcome, Outgoing, Publisher};
use ibw::random::Random;
use serde_json::{Value, json};

use crate::support::aws::{Sqs, failures, queue_record};

fn consumer(sqs: &Sqs) -> Consumer {
    let (mut env, aws) =
        sqs.configuration(&[("QUEUE_URL", "queue"), ("DEAD_LETTER_QUEUE_URL", "dead"), ("RETRY_BASE_SECONDS", "10")]);
    let consumer = Consumer::read(&mut env, &aws, Random::seeded(1));
    env.finish(consumer).expect("a sound environment")
}

/// Does as the body says.
async fn obey(message: Message) -> Outcome {
    match message.body.as_str() {
        "retry" => Outcome::Retry(None),
        "later" => Outcome::Retry(Some(Duration::from_millis(6_500))),
        "poison" => Outcome::Poison("of no use"),
        "panic" => panic!("as asked"),
        _ => Outcome::Done,
    }
}

fn record(body: &str, receives: u32) -> Value {
    queue_record(&format!("id-{body}"), body, &format!("key-{body}"), receives)
}

/// Has a batch handled; the messages that shall come again.
async fn handle(consumer: &Consumer, records: &[Value]) -> Vec<String> {
    let event = serde_json::from_value(json!({"Records": records})).expect("an event");
    failures(consumer.handle_batch(event, obey).await.expect("an answer"))
}

#[tokio::test]
async fn batch_with_poison_between_good_records_buries_it_with_its_reason() {
    let sqs = Sqs::start(&[]).await;
    let records = [record("good", 1), record("poison", 1), record("fine", 1)];
    assert_eq!(handle(&consumer(&sqs), &records).await, Vec::<String>::new());
    let buried = sqs.calls("SendMessage").await;
    assert_eq!(buried.len(), 1);
    assert_eq!((&buried[0]["QueueUrl"], &buried[0]["MessageBody"]), (&json!("dead"), &json!("poison")));
    let attributes = &buried[0]["MessageAttributes"];
    assert_eq!(attributes["reason"]["StringValue"], "of no use");
    assert_eq!(attributes["dedupe_key"]["StringValue"], "key-poison");
}

#[tokio::test]
async fn poison_that_cannot_be_buried_stays_in_the_queue() {
    let sqs = Sqs::start(&["SendMessage"]).await;
    let records = [record("good", 1), record("poison", 1)];
    assert_eq!(handle(&consumer(&sqs), &records).await, ["id-poison"]);
}

#[tokio::test]
async fn record_to_retry_becomes_visible_after_a_delay_that_doubles() {
    let sqs = Sqs::start(&[]).await;
    let consumer = consumer(&sqs);
    for (receives, least) in [(1, 10), (2, 20), (5, 160)] {
        let records = [record("good", 1), record("retry", receives)];
        assert_eq!(handle(&consumer, &records).await, ["id-retry"]);
        let change = sqs.calls("ChangeMessageVisibility").await.pop().unwrap();
        assert_eq!((&change["QueueUrl"], &change["ReceiptHandle"]), (&json!("queue"), &json!("handle-id-retry")));
        let delay = change["VisibilityTimeout"].as_i64().unwrap();
        assert!((least..=least + 10).contains(&delay), "{receives}: {delay}");
    }
}

#[tokio::test]
async fn record_to_retry_later_becomes_visible_when_it_said() {
    let sqs = Sqs::start(&[]).await;
    assert_eq!(handle(&consumer(&sqs), &[record("later", 4)]).await, ["id-later"]);
    assert_eq!(sqs.calls("ChangeMessageVisibility").await[0]["VisibilityTimeout"], 7);
}

#[tokio::test]
async fn visibility_that_cannot_be_changed_leaves_the_outcome_as_it_is() {
    let sqs = Sqs::start(&["ChangeMessageVisibility"]).await;
    let records = [record("good", 1), record("retry", 1), record("fine", 1)];
    assert_eq!(handle(&consumer(&sqs), &records).await, ["id-retry"]);
}

#[tokio::test]
async fn record_that_panics_comes_again_alone() {
    let sqs = Sqs::start(&[]).await;
    let records = [record("good", 1), record("panic", 1), record("fine", 1)];
    assert_eq!(handle(&consumer(&sqs), &records).await, ["id-panic"]);
    assert_eq!(sqs.calls("ChangeMessageVisibility").await[0]["ReceiptHandle"], "handle-id-panic");
}

#[tokio::test]
async fn record_without_message_id_fails_the_invocation_before_anything_is_done() {
    let sqs = Sqs::start(&[]).await;
    let done = Arc::new(AtomicUsize::new(0));
    let event = serde_json::from_value(json!({"Records": [record("good", 1), {"body": "nameless"}]})).unwrap();
    let count = |_| {
        let done = done.clone();
        async move {
            done.fetch_add(1, Ordering::SeqCst);
            Outcome::Done
        }
    };
    assert!(consumer(&sqs).handle_batch(event, count).await.is_err());
    assert_eq!(done.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn publishing_answers_the_positions_not_taken_over_several_batches() {
    let sqs = Sqs::start(&[]).await;
    let publisher = Publisher::new(aws_sdk_sqs::Client::from_conf(sqs.configuration(&[]).1.sqs()));
    let outgoing = |n: usize| {
        let body = if [0, 9, 10, 24].contains(&n) { format!("{n} refused") } else { n.to_string() };
        Outgoing { body, dedupe_key: format!("key-{n}"), delay_seconds: 0 }
    };
    for (count, expected) in
        [(0, vec![]), (1, vec![0]), (10, vec![0, 9]), (11, vec![0, 9, 10]), (25, vec![0, 9, 10, 24])]
    {
        let messages: Vec<_> = (0..count).map(outgoing).collect();
        assert_eq!(publisher.send("queue", &messages).await, expected, "{count}");
    }
}

#[tokio::test]
async fn publishing_that_fails_as_a_whole_answers_all_positions() {
    let sqs = Sqs::start(&["SendMessageBatch"]).await;
    let publisher = Publisher::new(aws_sdk_sqs::Client::from_conf(sqs.configuration(&[]).1.sqs()));
    let messages = vec![Outgoing { body: "a".to_owned(), dedupe_key: "k".to_owned(), delay_seconds: 0 }; 11];
    assert_eq!(publisher.send("queue", &messages).await, (0..11).collect::<Vec<_>>());
}
