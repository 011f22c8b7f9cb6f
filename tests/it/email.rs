//! Verification mails, from the request to the code's return: one mail however often anything is delivered, and none
//! lost.

use email::Worker;
use ibw::clients::email::Mailer;
use ibw::config::Secret;
use ibw::one_time_code::OneTimeCodes;
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::users::service::VerificationMailer;
use ibw::users::verification::VALID_FOR;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::relay::{outbox, relay, show};
use crate::support::app::{Login, SIGNING_KEY, TestApp};
use crate::support::aws::{Ses, Sqs, configuration, failures, queue_record, stream_record};
use crate::support::policy::Watch;
use crate::support::telegram::Person;

/// The email worker, under its policy, with all it talks to, and a user who asked for a code.
struct Post {
    app: TestApp,
    login: Login,
    sqs: Sqs,
    ses: Ses,
    worker: Worker,
}

impl Post {
    async fn open(ses: Ses) -> Self {
        let (app, sqs) = (TestApp::start().await, Sqs::start(&[]).await);
        let (mut env, aws) = sqs.configuration(&[("QUEUE_URL", "email"), ("DEAD_LETTER_QUEUE_URL", "dead")]);
        let consumer = Consumer::read(&mut env, &aws, Random::seeded(1));
        let consumer = env.finish(consumer).expect("a sound environment");
        let (mut env, aws) = configuration(&ses.url(), &[("EMAIL_FROM", "no-reply@example.org")]);
        let mailer = Mailer::read(&mut env, &aws);
        let mailer = env.finish(mailer).expect("a sound environment");
        let codes = OneTimeCodes::of_emails(Secret::new(SIGNING_KEY));
        let mailer = VerificationMailer::new(&app.platform(&Watch::over("email")), mailer, codes);
        let login = app.login(&Person::new(1)).await;
        let post = Self { worker: Worker::new(consumer, mailer), app, login, sqs, ses };
        post.ask().await;
        post
    }

    /// Asks for a code.
    async fn ask(&self) {
        let request = self.app.users().post("/api/v1/users/me/email").header(self.login.bearer());
        let response = request.json(&json!({"email": "asha@example.org"})).send().await;
        assert_eq!(response.status, 202, "{}", response.text);
    }

    /// The message that the n-th asking led to, as the queue delivers it.
    fn record(&self, n: usize, id: &str) -> Value {
        let item = &outbox(&self.app.database)[n];
        let text = |name: &str| item[name]["S"].as_str().expect("a text").to_owned();
        queue_record(id, &text("payload"), &text("dedupe_key"), 1)
    }

    /// Delivers records to the worker; the messages that shall come again.
    async fn deliver(&self, records: &[Value]) -> Vec<String> {
        let event = serde_json::from_value(json!({"Records": records})).expect("an event");
        failures(self.worker.handle(event).await.expect("an answer"))
    }
}

#[tokio::test]
async fn mail_goes_to_the_address_with_a_code_that_proves_it() {
    let post = Post::open(Ses::start().await).await;
    assert!(post.deliver(&[post.record(0, "m1")]).await.is_empty());
    let mails = post.ses.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["FromEmailAddress"], "no-reply@example.org");
    assert_eq!(mails[0]["Destination"]["ToAddresses"], json!(["asha@example.org"]));
    let body = &mails[0]["Content"]["Simple"]["Body"];
    let (text, html) = (body["Text"]["Data"].as_str().unwrap(), body["Html"]["Data"].as_str().unwrap());
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap();
    assert!(html.contains(code));
    let request = post.app.users().post("/api/v1/users/me/email/verify").header(post.login.bearer());
    let response = request.json(&json!({"code": code})).send().await;
    assert_eq!(response.status, 200, "{}", response.text);
}

#[tokio::test]
async fn stream_record_and_message_delivered_twice_each_send_one_mail() {
    let post = Post::open(Ses::start().await).await;
    let (relay, record) = (relay(&post.sqs), stream_record("1", &outbox(&post.app.database)[0]));
    for _ in 0..2 {
        assert!(show(&relay, std::slice::from_ref(&record)).await.is_empty());
    }
    let sent = post.sqs.published("email").await;
    assert_eq!(sent.len(), 2);
    let record = |(n, (body, key)): (usize, &(String, String))| queue_record(&format!("m{n}"), body, key, 1);
    let records: Vec<_> = sent.iter().enumerate().map(record).collect();
    for _ in 0..2 {
        assert!(post.deliver(&records[..1]).await.is_empty());
        assert!(post.deliver(&records[1..]).await.is_empty());
    }
    assert_eq!(post.ses.mails().await.len(), 1);
}

#[tokio::test]
async fn message_delivered_four_times_at_once_sends_one_mail() {
    let post = Post::open(Ses::start().await).await;
    let batch = [post.record(0, "m1"), post.record(0, "m2")];
    let (one, other) = tokio::join!(post.deliver(&batch), post.deliver(&batch));
    assert!(one.len() + other.len() <= 3, "one of four deliveries sent it");
    assert_eq!(post.ses.mails().await.len(), 1);
    assert!(post.deliver(&batch).await.is_empty(), "those that come again find it done");
    assert_eq!(post.ses.mails().await.len(), 1);
}

#[tokio::test]
async fn mailer_that_fails_five_times_has_the_message_come_again_until_it_is_sent() {
    let post = Post::open(Ses::failing(5, 503, "ServiceUnavailable").await).await;
    let record = [post.record(0, "m1")];
    for _ in 0..5 {
        assert_eq!(post.deliver(&record).await, ["m1"]);
    }
    assert_eq!(post.ses.mails().await.len(), 5, "one attempt each");
    for _ in 0..2 {
        assert!(post.deliver(&record).await.is_empty());
    }
    assert_eq!(post.ses.mails().await.len(), 6);
    assert!(post.sqs.calls("SendMessage").await.is_empty(), "nothing was given up");
}

#[tokio::test]
async fn mail_that_ses_refuses_is_buried_and_can_be_sent_from_there() {
    let post = Post::open(Ses::failing(1, 400, "MessageRejected").await).await;
    assert!(post.deliver(&[post.record(0, "m1")]).await.is_empty());
    let buried = post.sqs.calls("SendMessage").await;
    assert_eq!((buried.len(), &buried[0]["QueueUrl"]), (1, &json!("dead")));
    assert!(!buried[0].to_string().contains("asha"), "no address leaves the table");
    assert!(post.deliver(&[post.record(0, "m1")]).await.is_empty());
    assert_eq!(post.ses.mails().await.len(), 2);
}

#[tokio::test]
async fn code_that_was_replaced_or_has_expired_is_not_mailed() {
    let post = Post::open(Ses::start().await).await;
    post.app.clock.advance(1);
    post.ask().await;
    assert!(post.deliver(&[post.record(0, "replaced")]).await.is_empty());
    post.app.clock.advance(VALID_FOR);
    assert!(post.deliver(&[post.record(1, "expired")]).await.is_empty());
    assert!(post.ses.mails().await.is_empty());
}

#[tokio::test]
async fn sample_event_is_handled() {
    let post = Post::open(Ses::start().await).await;
    let event: Value = serde_json::from_str(include_str!("../../events/email/verification.json")).unwrap();
    assert!(post.deliver(event["Records"].as_array().unwrap()).await.is_empty());
    assert!(post.sqs.calls("SendMessage").await.is_empty(), "it is not poison");
}

#[test]
fn bodies_of_any_kind_are_buried_and_fail_no_neighbour() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bodies = prop::collection::vec(".{1,40}", 1..8);
    proptest!(ProptestConfig::with_cases(16), |(bodies in bodies, at: prop::sample::Index)| {
        runtime.block_on(async {
            let post = Post::open(Ses::start().await).await;
            let bad = |(n, body): (usize, &String)| queue_record(&format!("bad{n}"), body, "k", 1);
            let mut records: Vec<_> = bodies.iter().enumerate().map(bad).collect();
            records.insert(at.index(records.len() + 1), post.record(0, "good"));
            assert!(post.deliver(&records).await.is_empty());
            assert_eq!(post.ses.mails().await.len(), 1);
            assert_eq!(post.sqs.calls("SendMessage").await.len(), bodies.len());
        });
    });
}
