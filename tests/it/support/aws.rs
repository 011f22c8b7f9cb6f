//! Stand-ins for SQS and SES that remember what they were told, and the records that AWS makes of streams and queues.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::time::{Clock, Time};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::database::aws_environment;

/// The configuration of a function whose AWS is at `endpoint`.
pub(crate) fn configuration(endpoint: &str, more: &[(&str, &str)]) -> (Env, Aws) {
    let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut env = Env::of(aws_environment(endpoint).into_iter().chain(more));
    let aws = Aws::read(&mut env);
    (env, aws)
}

/// For how long messages are to be kept back, in seconds, by the handle of their delivery.
pub(crate) type KeptBack = Arc<Mutex<HashMap<String, i64>>>;

/// A stand-in for SQS.
pub(crate) struct Sqs {
    server: MockServer,
    kept_back: KeptBack,
}

impl Sqs {
    /// Takes everything, but messages of a batch whose body has the word `refused` in it; `failing` operations never
    /// work.
    pub(crate) async fn start(failing: &[&str]) -> Self {
        let server = MockServer::start().await;
        for operation in failing {
            let gone = json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "gone"});
            let target = header("x-amz-target", format!("AmazonSQS.{operation}").as_str());
            Mock::given(target).respond_with(ResponseTemplate::new(400).set_body_json(gone)).mount(&server).await;
        }
        let kept_back = KeptBack::default();
        let told = Arc::clone(&kept_back);
        let taking = move |request: &Request| answer(request, &told);
        Mock::given(method("POST")).respond_with(taking).mount(&server).await;
        Self { server, kept_back }
    }

    /// The configuration of a function that uses it.
    pub(crate) fn configuration(&self, more: &[(&str, &str)]) -> (Env, Aws) {
        configuration(&self.server.uri(), more)
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.server.uri()
    }

    /// What it was told to keep back.
    pub(crate) fn kept_back(&self) -> KeptBack {
        Arc::clone(&self.kept_back)
    }

    /// The requests of an operation, in order.
    pub(crate) async fn calls(&self, operation: &str) -> Vec<Value> {
        let target = format!("AmazonSQS.{operation}");
        let requests = self.server.received_requests().await.expect("recorded requests");
        let matches =
            |request: &&Request| request.headers.get("x-amz-target").is_some_and(|name| name == target.as_str());
        requests.iter().filter(matches).map(|request| request.body_json().expect("a JSON body")).collect()
    }

    /// The messages sent in batches to a queue: body and dedupe key.
    pub(crate) async fn published(&self, queue_url: &str) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let message = |entry: &Value| {
            let key = &entry["MessageAttributes"]["dedupe_key"]["StringValue"];
            (text(&entry["MessageBody"]), text(key))
        };
        let calls = self.calls("SendMessageBatch").await;
        let to_queue = calls.iter().filter(|call| call["QueueUrl"] == queue_url);
        to_queue.flat_map(|call| call["Entries"].as_array().expect("entries")).map(message).collect()
    }
}

fn answer(request: &Request, kept_back: &KeptBack) -> ResponseTemplate {
    let body: Value = request.body_json().expect("a JSON body");
    if let (Some(handle), Some(seconds)) = (body["ReceiptHandle"].as_str(), body["VisibilityTimeout"].as_i64()) {
        kept_back.lock().expect("no test panicked here").insert(handle.to_owned(), seconds);
    }
    let Some(entries) = body["Entries"].as_array() else {
        return ResponseTemplate::new(200).set_body_json(json!({"MessageId": "m", "MD5OfMessageBody": "0"}));
    };
    let is_refused = |entry: &&Value| entry["MessageBody"].as_str().is_some_and(|body| body.contains("refused"));
    let (refused, taken): (Vec<_>, Vec<_>) = entries.iter().partition(is_refused);
    let taken = taken.iter().map(|entry| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "0"}));
    let refused = refused.iter().map(|entry| json!({"Id": entry["Id"], "Code": "InternalError", "SenderFault": false}));
    let answer = json!({"Successful": taken.collect::<Vec<_>>(), "Failed": refused.collect::<Vec<_>>()});
    ResponseTemplate::new(200).set_body_json(answer)
}

/// A stand-in for SES.
pub(crate) struct Ses {
    server: MockServer,
    times: Arc<Mutex<Vec<Time>>>,
}

impl Ses {
    /// Takes every mail.
    pub(crate) async fn start() -> Self {
        Self::failing(0, 500, "").await
    }

    /// Takes every mail, and remembers when, by this clock.
    pub(crate) async fn timed(clock: Clock) -> Self {
        let (server, times) = (MockServer::start().await, Arc::<Mutex<Vec<Time>>>::default());
        let seen = Arc::clone(&times);
        let taking = move |_: &Request| {
            seen.lock().expect("no test panicked here").push(clock.now());
            ResponseTemplate::new(200).set_body_json(json!({"MessageId": "m"}))
        };
        Mock::given(method("POST")).respond_with(taking).mount(&server).await;
        Self { server, times }
    }

    /// When mails came, in order.
    pub(crate) fn times(&self) -> Vec<Time> {
        self.times.lock().expect("no test panicked here").clone()
    }

    /// Answers with an error the first times, then takes every mail.
    pub(crate) async fn failing(times: u64, status: u16, code: &str) -> Self {
        let server = MockServer::start().await;
        let sending = || Mock::given(method("POST")).and(path("/v2/email/outbound-emails"));
        if times > 0 {
            let body = json!({"message": "no mail for asha@example.org"});
            let error = ResponseTemplate::new(status).insert_header("x-amzn-errortype", code).set_body_json(body);
            sending().respond_with(error).up_to_n_times(times).mount(&server).await;
        }
        let taken = ResponseTemplate::new(200).set_body_json(json!({"MessageId": "m"}));
        sending().respond_with(taken).mount(&server).await;
        Self { server, times: Arc::default() }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.server.uri()
    }

    /// The mails it was asked to send, refused ones included.
    pub(crate) async fn mails(&self) -> Vec<Value> {
        let requests = self.server.received_requests().await.expect("recorded requests");
        requests.iter().map(|request| request.body_json().expect("a JSON body")).collect()
    }
}

/// The stream's record of an item that was put.
pub(crate) fn stream_record(number: &str, item: &Value) -> Value {
    json!({
        "eventID": number, "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "ap-south-1",
        "eventSourceARN": "arn:aws:dynamodb:ap-south-1:0:table/ibw-test-users/stream/0",
        "dynamodb": {"Keys": {"pk": item["pk"], "sk": item["sk"]}, "NewImage": item, "SequenceNumber": number, "SizeBytes": 1},
    })
}

/// A message as a queue gives it to a function.
pub(crate) fn queue_record(id: &str, body: &str, dedupe_key: &str, receives: u32) -> Value {
    json!({
        "messageId": id, "receiptHandle": format!("handle-{id}"), "body": body,
        "attributes": {"ApproximateReceiveCount": receives.to_string()},
        "messageAttributes": {"dedupe_key": {"stringValue": dedupe_key, "dataType": "String"}},
    })
}

/// The identifiers in a batch response.
pub(crate) fn failures(response: impl serde::Serialize) -> Vec<String> {
    let response = serde_json::to_value(response).expect("JSON");
    let failures = response["batchItemFailures"].as_array().expect("a list");
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().expect("a text").to_owned()).collect()
}
