//! Verification mails, from the outbox item to SES: one mail however often anything is delivered, and none lost.

use email::Worker;
use ibw::config::Secret;
use ibw::dynamo::Expression;
use ibw::id::{UserId, VerificationId};
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::time::{Clock, Time};
use ibw::users::mail::VerificationMailer;
use ibw::users::verification::{EmailMessage, EmailVerification, VALID_FOR, code};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fakes::{self, Ses, Sqs};
use crate::relay::{inserted, relay, show, stored};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// An email worker with all it talks to, and one open verification.
struct Post {
    database: String,
    sqs: Sqs,
    ses: Ses,
    clock: Clock,
    worker: Worker,
    verification: EmailVerification,
}

impl Post {
    async fn open(ses: Ses) -> Self {
        let (database, sqs) = (fakes::database().await, Sqs::start(&[]).await);
        let clock = Clock::manual(Time::from_millis(1_795_339_800_000).unwrap());
        let (mut env, aws) = sqs.env(&[("QUEUE_URL", "email"), ("DEAD_LETTER_QUEUE_URL", "dead")]);
        let consumer = Consumer::read(&mut env, &aws, Random::seeded(1));
        let consumer = env.finish(consumer).unwrap();
        let ses_url = ses.0.uri();
        let more = [
            ("AWS_ENDPOINT_URL_SESV2", ses_url.as_str()),
            ("TABLE_PREFIX", "test"),
            ("SIGNING_KEY", KEY),
            ("EMAIL_FROM", "no-reply@example.org"),
        ];
        let mut env = fakes::env(&database, &more);
        let aws = ibw::clients::aws::Aws::read(&mut env);
        let mailer = VerificationMailer::read(&mut env, &aws, clock.clone(), Random::seeded(2));
        let worker = Worker::new(consumer, env.finish(mailer).unwrap());
        let user_id = UserId::generate(clock.now(), &Random::seeded(3));
        let post = Self { verification: verification(user_id, &clock, 4), database, sqs, ses, clock, worker };
        post.put(&post.verification).await;
        post
    }

    async fn put(&self, verification: &EmailVerification) {
        let table = fakes::dynamo(&self.database).table("ephemeral");
        table.put(verification, &Expression::default()).await.unwrap();
    }

    fn message(&self) -> EmailMessage {
        EmailMessage::EmailVerification {
            v: 1,
            user_id: self.verification.user_id,
            verification_id: self.verification.id,
        }
    }

    fn record(&self, message_id: &str) -> Value {
        record(message_id, &serde_json::to_string(&self.message()).unwrap(), &self.verification.id.to_string())
    }

    /// Delivers records to the worker; the ids of the messages that shall come again.
    async fn deliver(&self, records: &[Value]) -> Vec<String> {
        let event = serde_json::from_value(json!({"Records": records})).unwrap();
        let response = serde_json::to_value(self.worker.handle(event).await.unwrap()).unwrap();
        let failures = response["batchItemFailures"].as_array().unwrap();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
    }
}

fn verification(user_id: UserId, clock: &Clock, seed: u64) -> EmailVerification {
    let id = VerificationId::generate(clock.now(), &Random::seeded(seed));
    EmailVerification { id, user_id, email: "asha@example.org".parse().unwrap(), tries: 0, created_at: clock.now() }
}

fn record(message_id: &str, body: &str, dedupe_key: &str) -> Value {
    json!({
        "messageId": message_id, "receiptHandle": message_id, "body": body, "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {"dedupe_key": {"stringValue": dedupe_key, "dataType": "String"}},
    })
}

#[tokio::test]
async fn mail_goes_to_the_address_with_the_code() {
    let post = Post::open(Ses::start(0, 0, "").await).await;
    assert!(post.deliver(&[post.record("m1")]).await.is_empty());
    let mails = post.ses.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["FromEmailAddress"], "no-reply@example.org");
    assert_eq!(mails[0]["Destination"]["ToAddresses"], json!(["asha@example.org"]));
    let code = code(&Secret::new(KEY), post.verification.id);
    for part in ["Text", "Html"] {
        assert!(mails[0]["Content"]["Simple"]["Body"][part]["Data"].as_str().unwrap().contains(&code), "{part}");
    }
}

#[tokio::test]
async fn stream_record_and_message_delivered_twice_each_send_one_mail() {
    let post = Post::open(Ses::start(0, 0, "").await).await;
    let item = stored(&post.database, "key", &post.message()).await;
    let relay = relay(&post.sqs);
    for _ in 0..2 {
        assert!(show(&relay, &[inserted("1", &item)]).await.is_empty());
    }
    let sent = post.sqs.published("email").await;
    assert_eq!(sent.len(), 2);
    let records: Vec<_> = sent.iter().enumerate().map(|(n, (body, key))| record(&format!("m{n}"), body, key)).collect();
    for _ in 0..2 {
        assert!(post.deliver(&records[..1]).await.is_empty());
        assert!(post.deliver(&records[1..]).await.is_empty());
    }
    assert_eq!(post.ses.mails().await.len(), 1);
}

#[tokio::test]
async fn message_delivered_twice_at_once_sends_one_mail_and_comes_again_at_most() {
    let post = Post::open(Ses::start(0, 0, "").await).await;
    let batch = [post.record("m1"), post.record("m2")];
    let (one, other) = tokio::join!(post.deliver(&batch), post.deliver(&batch));
    assert!(one.len() + other.len() <= 3, "one of four deliveries sent it");
    assert_eq!(post.ses.mails().await.len(), 1);
    assert!(post.deliver(&batch).await.is_empty(), "those that come again find it done");
    assert_eq!(post.ses.mails().await.len(), 1);
}

#[tokio::test]
async fn mailer_that_fails_five_times_has_the_message_come_again_until_it_is_sent() {
    let post = Post::open(Ses::start(5, 503, "ServiceUnavailable").await).await;
    for _ in 0..5 {
        assert_eq!(post.deliver(&[post.record("m1")]).await, ["m1"]);
    }
    assert_eq!(post.ses.mails().await.len(), 5, "one attempt each");
    for _ in 0..2 {
        assert!(post.deliver(&[post.record("m1")]).await.is_empty());
    }
    assert_eq!(post.ses.mails().await.len(), 6);
    assert!(post.sqs.calls("SendMessage").await.is_empty());
}

#[tokio::test]
async fn mail_that_ses_refuses_is_buried_and_can_be_sent_from_there() {
    let post = Post::open(Ses::start(1, 400, "MessageRejected").await).await;
    assert!(post.deliver(&[post.record("m1")]).await.is_empty());
    let buried = post.sqs.calls("SendMessage").await;
    assert_eq!(buried[0]["QueueUrl"], "dead");
    assert!(!buried[0]["MessageAttributes"].to_string().contains("asha"), "no address in the reason");
    assert!(post.deliver(&[record("m2", buried[0]["MessageBody"].as_str().unwrap(), "again")]).await.is_empty());
    assert_eq!(post.ses.mails().await.len(), 2);
}

#[tokio::test]
async fn verification_that_is_replaced_expired_or_gone_sends_nothing() {
    let post = Post::open(Ses::start(0, 0, "").await).await;
    post.put(&verification(post.verification.user_id, &post.clock, 5)).await;
    assert!(post.deliver(&[post.record("replaced")]).await.is_empty());
    post.put(&post.verification).await;
    post.clock.advance(VALID_FOR);
    assert!(post.deliver(&[post.record("expired")]).await.is_empty());
    let mut gone = post.verification.clone();
    gone.user_id = UserId::generate(post.clock.now(), &Random::seeded(9));
    let body = serde_json::to_string(&EmailMessage::EmailVerification {
        v: 1,
        user_id: gone.user_id,
        verification_id: gone.id,
    })
    .unwrap();
    assert!(post.deliver(&[record("gone", &body, "gone")]).await.is_empty());
    assert!(post.ses.mails().await.is_empty());
}

#[tokio::test]
async fn sample_event_is_handled() {
    let post = Post::open(Ses::start(0, 0, "").await).await;
    let event: Value = serde_json::from_str(include_str!("../../events/email/verification.json")).unwrap();
    assert!(post.deliver(event["Records"].as_array().unwrap()).await.is_empty());
    assert!(post.sqs.calls("SendMessage").await.is_empty(), "not poison");
}

#[test]
fn bodies_of_any_kind_are_buried_and_fail_no_neighbour() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    proptest!(ProptestConfig::with_cases(16), |(bodies in prop::collection::vec(".{1,40}", 1..8), at: prop::sample::Index)| {
        runtime.block_on(async {
            let post = Post::open(Ses::start(0, 0, "").await).await;
            let mut records: Vec<_> = bodies.iter().enumerate().map(|(n, body)| record(&format!("bad{n}"), body, "k")).collect();
            records.insert(at.index(records.len() + 1), post.record("good"));
            assert!(post.deliver(&records).await.is_empty());
            assert_eq!(post.ses.mails().await.len(), 1);
            assert_eq!(post.sqs.calls("SendMessage").await.len(), bodies.len());
        });
    });
}
