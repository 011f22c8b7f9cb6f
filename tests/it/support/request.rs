//! Requests to a function, and what it answers.

use aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use axum::body::Body;
use axum::http::response::Parts;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use lambda_http::request::RequestContext;
use serde_json::Value;
use tower::ServiceExt;

use crate::support::contract::{self, Audited, Exchange};
use crate::support::cursor::assert_tell_nothing;
use crate::support::database::TestDatabase;
use crate::support::guard::recording;
use crate::support::policy::Watch;

/// A function's router, and the watch over its calls.
#[derive(Clone)]
pub(crate) struct TestFunction {
    /// Answers.
    pub(crate) router: axum::Router,
    /// What it called.
    pub(crate) watch: Watch,
    /// What it writes to.
    pub(crate) database: TestDatabase,
}

impl TestFunction {
    /// A request to send.
    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        TestRequest {
            router: self.router.clone(),
            database: self.database.clone(),
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            gateway: None,
        }
    }

    /// A `GET`.
    pub(crate) fn get(&self, path: &str) -> TestRequest {
        self.request(Method::GET, path)
    }

    /// A `POST`.
    pub(crate) fn post(&self, path: &str) -> TestRequest {
        self.request(Method::POST, path)
    }

    /// A `PUT`.
    pub(crate) fn put(&self, path: &str) -> TestRequest {
        self.request(Method::PUT, path)
    }

    /// A `PATCH`.
    pub(crate) fn patch(&self, path: &str) -> TestRequest {
        self.request(Method::PATCH, path)
    }

    /// A `DELETE`.
    pub(crate) fn delete(&self, path: &str) -> TestRequest {
        self.request(Method::DELETE, path)
    }
}

/// A request being made.
#[derive(Clone)]
pub(crate) struct TestRequest {
    router: axum::Router,
    database: TestDatabase,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    gateway: Option<RequestContext>,
}

impl TestRequest {
    /// With a header.
    pub(crate) fn header(mut self, (name, value): (impl Into<String>, impl Into<String>)) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header(("content-type", "application/json")).body(body.to_string())
    }

    /// With these bytes for a body.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// As API Gateway passes it on: with an id of its own and the caller's address.
    pub(crate) fn through_gateway(mut self, request_id: &str, ip: &str) -> Self {
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.request_id = Some(request_id.to_owned());
        context.http.source_ip = Some(ip.to_owned());
        self.gateway = Some(RequestContext::ApiGatewayV2(context));
        self
    }

    /// Sends it, for what is no text.
    pub(crate) async fn send_for_bytes(self) -> (HeaderMap, Vec<u8>) {
        let (parts, bytes) = self.answer().await;
        (parts.headers, bytes)
    }

    /// Sends it.
    pub(crate) async fn send(self) -> TestResponse {
        let path = self.path.clone();
        let (parts, bytes) = self.answer().await;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        assert_tell_nothing(&path, &json);
        TestResponse { status: parts.status.as_u16(), headers: parts.headers, json, text }
    }

    async fn answer(self) -> (Parts, Vec<u8>) {
        let mut request = Request::builder().method(self.method).uri(self.path);
        if let (Some(context), Some(extensions)) = (self.gateway, request.extensions_mut()) {
            extensions.insert(context);
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.body.clone())).expect("a request");
        let exchange = Exchange::begin(request.method().clone(), request.uri().path(), request.headers(), &self.body);
        let by_key = request.headers().contains_key("x-api-key");
        let (response, has_written) = recording(self.router.oneshot(request)).await;
        let (parts, body) = response.expect("an answer").into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        let audit = contract::audit(&exchange);
        contract::check(&exchange.answered(parts.status.as_u16(), &parts.headers, &bytes));
        if let Some(audit) = audit.filter(|_| parts.status.is_success()) {
            let may_be_own = audit.unless_own && !by_key;
            assert_audited(&self.database, &parts.headers, &audit, has_written, may_be_own);
        }
        (parts, bytes)
    }
}

/// A request that has written something has one entry in the audit, and one that has not has none: a repeated answer,
/// or an act that was done before. Whether a user has written their own data, only the test knows.
fn assert_audited(database: &TestDatabase, headers: &HeaderMap, audit: &Audited, has_written: bool, may_be_own: bool) {
    let id = headers.get("x-request-id").and_then(|id| id.to_str().ok()).expect("a request id");
    let entries = database.items("audit").into_iter().filter(|entry| entry["request_id"]["S"] == id);
    let found: Vec<Value> = entries.map(|entry| entry["action"]["S"].clone()).collect();
    let is_one = found.len() == 1 && audit.actions.iter().any(|action| found[0] == **action);
    let holds = if has_written { is_one || (may_be_own && found.is_empty()) } else { found.is_empty() };
    assert!(holds, "the audit of request {id} has {found:?} and not one of {:?}", audit.actions);
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct TestResponse {
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, if it is JSON.
    pub(crate) json: Value,
    /// The body.
    pub(crate) text: String,
}

impl TestResponse {
    /// A header's text; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The status and the error's code, to compare in one go.
    pub(crate) fn error(&self) -> (u16, &str) {
        (self.status, self.json["code"].as_str().unwrap_or_default())
    }
}
