//! Verification mails, from the request to the code's return: one mail however often anything is delivered, and none
//! lost.

use email::Worker;
use ibw::clients::email::Mailer;
use ibw::config::Secret;
use ibw::one_time_code::OneTimeCodes;
use ibw::one_time_code::VALID_FOR;
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::time::{Clock, Time, Timeline};
use ibw::users::service::{MailReports, VerificationMailer, WORKERS};
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
        let login = app.login(&Person::new(1)).await;
        let worker = worker(&app, &sqs, &ses, app.clock.clone());
        let post = Self { worker, app, login, sqs, ses };
        post.ask().await;
        post
    }

    /// Asks for a code.
    async fn ask(&self) {
        assert_eq!(self.ask_for("asha@example.org").await, (202, String::new()));
    }

    /// Asks for a code to an address: status and code of the answer.
    async fn ask_for(&self, email: &str) -> (u16, String) {
        let request = self.app.users().post("/api/v1/users/me/email").header(self.login.bearer());
        let response = request.json(&json!({ "email": email })).send().await;
        (response.status, response.error().1.to_owned())
    }

    /// Delivers what SES reports, as EventBridge writes it into the queue.
    async fn report(&self, sample: &str, change: impl Fn(&mut Value)) {
        let mut event: Value = serde_json::from_str(sample).unwrap();
        let body = &mut event["Records"][0]["body"];
        let mut report: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
        report["detail"]["mail"]["destination"] = json!(["asha@example.org"]);
        change(&mut report);
        *body = report.to_string().into();
        assert!(self.deliver(event["Records"].as_array().unwrap()).await.is_empty());
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

/// The email worker under its policy, at ten mails a second.
fn worker(app: &TestApp, sqs: &Sqs, ses: &Ses, clock: Clock) -> Worker {
    let (mut env, aws) = sqs.configuration(&[
        ("QUEUE_URL", "email"),
        ("DEAD_LETTER_QUEUE_URL", "dead"),
        ("EVENTS_QUEUE_URL", "https://sqs.example.org/ibw-dev-email-events"),
        ("EVENTS_DEAD_LETTER_QUEUE_URL", "dead-events"),
    ]);
    let mails = Consumer::read(&mut env, &aws, Random::seeded(1));
    let events = Consumer::read_named(&mut env, &aws, email::EVENTS, Random::seeded(1));
    let (mails, events) = env.finish((mails, events)).expect("a sound environment");
    let variables =
        [("EMAIL_FROM", "no-reply@example.org"), ("EMAIL_CONFIGURATION_SET", "ibw-dev"), ("MAILS_PER_SECOND", "10")];
    let (mut env, aws) = configuration(&ses.url(), &variables);
    let mailer = Mailer::read(&mut env, &aws);
    let mailer = env.finish(mailer).expect("a sound environment");
    let codes = OneTimeCodes::of_emails(Secret::new(SIGNING_KEY));
    let mut platform = app.platform(&Watch::over("email"));
    platform.clock = clock;
    let mailer = VerificationMailer::new(&platform, mailer, codes.clone());
    Worker::new(mails, mailer, events, MailReports::new(&platform, codes))
}

#[tokio::test]
async fn mail_goes_to_the_address_with_a_code_that_proves_it() {
    let post = Post::open(Ses::start().await).await;
    assert!(post.deliver(&[post.record(0, "m1")]).await.is_empty());
    let mails = post.ses.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["FromEmailAddress"], "no-reply@example.org");
    assert_eq!(mails[0]["ConfigurationSetName"], "ibw-dev");
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

const BOUNCE: &str = include_str!("../../events/email/bounce.json");
const COMPLAINT: &str = include_str!("../../events/email/complaint.json");

#[tokio::test]
async fn address_that_bounces_or_complains_gets_no_more_mail_and_no_other_is_concerned() {
    for (sample, days) in [(BOUNCE, 90), (COMPLAINT, 365)] {
        let post = Post::open(Ses::start().await).await;
        // The same event twice, and one that is about another address than the forwarded one that it names.
        for _ in 0..2 {
            post.report(sample, |_| {}).await;
        }
        // What was asked for before is not sent.
        assert!(post.deliver(&[post.record(0, "m1")]).await.is_empty());
        assert!(post.ses.mails().await.is_empty());
        assert!(post.sqs.calls("SendMessage").await.is_empty());
        let refused = (422, "EMAIL_SUPPRESSED".to_owned());
        assert_eq!(post.ask_for("Asha@example.org").await, refused);
        assert_eq!(outbox(&post.app.database).len(), 1, "nothing was written");
        // Whoever makes up an alias that bounces stops nothing but that alias.
        assert_eq!(post.ask_for("asha+2@example.org").await.0, 202);
        assert_eq!(post.ask_for("recipient@example.com").await.0, 202);
        let stored = format!("{:?}", post.app.database.items("ephemeral"));
        assert!(!stored.contains("bounce@") && stored.contains("mail_suppression"));
        post.app.clock.advance(days * 24 * 3600);
        let login = post.app.login(&Person::new(1)).await;
        let post = Post { login, ..post };
        assert_eq!(post.ask_for("asha@example.org").await.0, 202);
    }
}

#[tokio::test]
async fn report_that_means_no_harm_stops_nothing() {
    let post = Post::open(Ses::start().await).await;
    post.report(BOUNCE, |report| report["detail"]["bounce"]["bounceType"] = "Transient".into()).await;
    post.report(COMPLAINT, |report| report["detail"]["complaint"]["complaintFeedbackType"] = "not-spam".into()).await;
    assert!(post.deliver(&[post.record(0, "m1")]).await.is_empty());
    assert_eq!(post.ses.mails().await.len(), 1);
    // What is no event of the kind is kept for people to look at.
    post.report(BOUNCE, |report| report["detail"]["eventType"] = "Delivery".into()).await;
    let buried = post.sqs.calls("SendMessage").await;
    assert_eq!((buried.len(), &buried[0]["QueueUrl"]), (1, &json!("dead-events")));
}

/// Two workers, as the template has them, with full batches, each of a new instance.
#[tokio::test(flavor = "multi_thread")]
async fn mails_never_go_faster_than_ses_lets_us() {
    let timeline = std::sync::Arc::new(Timeline::new(0));
    let clock = Clock::Timeline(std::sync::Arc::clone(&timeline));
    let (app, sqs) = (TestApp::start().await, Sqs::start(&[]).await);
    let ses = Ses::timed(clock.clone()).await;
    for n in 1..=20 {
        let login = app.login(&Person::new(n)).await;
        let request = app.users().post("/api/v1/users/me/email").header(login.bearer());
        assert_eq!(request.json(&json!({"email": format!("asha{n}@example.org")})).send().await.status, 202);
    }
    let records: Vec<Value> = outbox(&app.database)
        .iter()
        .enumerate()
        .map(|(n, item)| {
            let text = |name: &str| item[name]["S"].as_str().expect("a text").to_owned();
            queue_record(&format!("m{n}"), &text("payload"), &text("dedupe_key"), 1)
        })
        .collect();
    let invocations = async |batches: [&[Value]; 2]| {
        for batch in batches {
            let event = serde_json::from_value(json!({"Records": batch})).expect("an event");
            let handled = worker(&app, &sqs, &ses, clock.clone()).handle(event).await.expect("an answer");
            assert!(failures(handled).is_empty());
        }
        timeline.leave();
    };
    for _ in 1..WORKERS {
        timeline.join();
    }
    tokio::join!(invocations([&records[..5], &records[5..10]]), invocations([&records[10..15], &records[15..]]));
    let times: Vec<Time> = ses.times();
    assert_eq!(times.len(), 20);
    for (n, first) in times.iter().enumerate() {
        let in_a_second = times[n..].iter().take_while(|time| first.until(**time).as_millis() < 1000).count();
        assert!(in_a_second <= 10, "{in_a_second} mails within a second: {times:?}");
    }
    assert!(times[0].until(times[19]).as_millis() <= 2000, "the rate is used: {times:?}");
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
