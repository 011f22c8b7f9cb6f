//! What background functions talk to: an embedded DynamoDB, and stand-ins for SQS and SES that remember what they were told.

use aws_sdk_dynamodb::Client;
use dynoxide::Database;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The environment of a function whose AWS is at `endpoint`.
pub fn env(endpoint: &str, more: &[(&str, &str)]) -> Env {
    let aws = [
        ("AWS_REGION", "ap-south-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", endpoint),
    ];
    Env::of(aws.into_iter().chain(more.iter().copied()))
}

/// Starts an empty database with the tables `users` and `ephemeral`; its address.
pub async fn database() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(dynoxide::server::serve_on(listener, Database::memory().unwrap()));
    for table in ["users", "ephemeral"] {
        let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
        let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
        let request = json!({
            "TableName": format!("test-{table}"), "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")], "AttributeDefinitions": [text("pk"), text("sk")],
        });
        call(&url, "CreateTable", &request).await;
    }
    url
}

/// Our own way into the database at `url`.
pub fn dynamo(url: &str) -> Dynamo {
    let config = Aws::read(&mut env(url, &[])).dynamodb().build();
    Dynamo::new(Client::from_conf(config), "test")
}

/// Calls the database past our own code.
pub async fn call(url: &str, operation: &str, request: &Value) -> Value {
    let call = reqwest::Client::new().post(url).header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
    let credentials =
        "AWS4-HMAC-SHA256 Credential=test/20261122/ap-south-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
    let call = call.header("authorization", credentials).header("x-amz-date", "20261122T093000Z");
    let answer =
        call.header("content-type", "application/x-amz-json-1.0").body(request.to_string()).send().await.unwrap();
    assert!(answer.status().is_success(), "{operation}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

/// A stand-in for SQS.
pub struct Sqs(MockServer);

impl Sqs {
    /// Takes everything, but messages of a batch whose body has the word `refused` in it; `failing` operations always fail.
    pub async fn start(failing: &[&str]) -> Self {
        let server = MockServer::start().await;
        for operation in failing {
            let gone = json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "gone"});
            let target = header("x-amz-target", format!("AmazonSQS.{operation}").as_str());
            Mock::given(target).respond_with(ResponseTemplate::new(400).set_body_json(gone)).mount(&server).await;
        }
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        Self(server)
    }

    pub fn env(&self, more: &[(&str, &str)]) -> (Env, Aws) {
        let mut env = env(&self.0.uri(), more);
        let aws = Aws::read(&mut env);
        (env, aws)
    }

    /// The requests of an operation, in order.
    pub async fn calls(&self, operation: &str) -> Vec<Value> {
        let target = format!("AmazonSQS.{operation}");
        let requests = self.0.received_requests().await.unwrap();
        let matching = requests
            .iter()
            .filter(|request| request.headers.get("x-amz-target").is_some_and(|name| name == target.as_str()));
        matching.map(|request| request.body_json().unwrap()).collect()
    }

    /// The messages sent in batches to a queue: body and dedupe key.
    pub async fn published(&self, queue_url: &str) -> Vec<(String, String)> {
        let calls = self.calls("SendMessageBatch").await;
        let entries = calls
            .iter()
            .filter(|call| call["QueueUrl"] == queue_url)
            .flat_map(|call| call["Entries"].as_array().unwrap());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        entries
            .map(|entry| (text(&entry["MessageBody"]), text(&entry["MessageAttributes"]["dedupe_key"]["StringValue"])))
            .collect()
    }
}

fn answer(request: &Request) -> ResponseTemplate {
    let body: Value = request.body_json().unwrap();
    let Some(entries) = body["Entries"].as_array() else {
        return ResponseTemplate::new(200).set_body_json(json!({"MessageId": "m", "MD5OfMessageBody": "0"}));
    };
    let (refused, taken): (Vec<_>, Vec<_>) =
        entries.iter().partition(|entry| entry["MessageBody"].as_str().unwrap().contains("refused"));
    let taken: Vec<_> =
        taken.iter().map(|entry| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "0"})).collect();
    let refused: Vec<_> =
        refused.iter().map(|entry| json!({"Id": entry["Id"], "Code": "InternalError", "SenderFault": false})).collect();
    ResponseTemplate::new(200).set_body_json(json!({"Successful": taken, "Failed": refused}))
}

/// A stand-in for SES.
pub struct Ses(pub MockServer);

impl Ses {
    /// Answers with an error the first times, then takes every mail.
    pub async fn start(failures: u64, status: u16, code: &str) -> Self {
        let server = MockServer::start().await;
        let sending = || Mock::given(method("POST")).and(path("/v2/email/outbound-emails"));
        if failures > 0 {
            let error = ResponseTemplate::new(status)
                .insert_header("x-amzn-errortype", code)
                .set_body_json(json!({"message": "no"}));
            sending().respond_with(error).up_to_n_times(failures).mount(&server).await;
        }
        let taken = ResponseTemplate::new(200).set_body_json(json!({"MessageId": "m"}));
        sending().respond_with(taken).mount(&server).await;
        Self(server)
    }

    /// The mails it was asked to send, refused ones included.
    pub async fn mails(&self) -> Vec<Value> {
        let requests = self.0.received_requests().await.unwrap();
        requests.iter().map(|request| request.body_json().unwrap()).collect()
    }
}
