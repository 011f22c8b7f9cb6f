//! A gateway on a local port: it finds the function of a request by the template's routes, invokes it with an event as
//! API Gateway's HTTP API makes one, and sends the answer back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ibw::http::events;
use lambda_http::request::LambdaRequest;
use lambda_http::{Context, LambdaEvent};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use tower::ServiceExt;

use crate::support::app::TestApp;
use crate::support::contract::{self, Exchange};
use crate::support::functions::functions;
use crate::support::request::TestFunction;
use crate::support::template::Template;

/// The function that takes what no route matches.
const REST: &str = "docs";
/// The largest request that API Gateway takes.
const LARGEST: usize = 10 * 1024 * 1024;
/// The longest time that the template gives a function behind the gateway.
const TIMEOUT: Duration = Duration::from_secs(29);

/// The gateway, and what it saw.
pub(super) struct Gateway {
    functions: BTreeMap<String, TestFunction>,
    /// Method, segments of the path, and function. Paths without parameters come first.
    routes: Vec<(String, Vec<String>, String)>,
    /// Answers that the OpenAPI document does not allow: one text for each operation and status.
    differences: Mutex<BTreeMap<String, String>>,
}

impl Gateway {
    /// Starts it. The address of the API comes with it.
    pub(super) async fn start(app: &TestApp) -> (Arc<Self>, String) {
        let template = Template::read();
        let (mut by_name, mut routes) = (BTreeMap::new(), Vec::new());
        for function in functions() {
            let Some(api) = function.api() else { continue };
            by_name.insert(function.name.clone(), app.function(&function.name, (api.router)()));
            let explicit = template.routes(&function.name);
            let split = explicit.iter().filter_map(|route| route.split_once(' '));
            routes.extend(split.map(|(method, path)| (method.to_owned(), segments(path), function.name.clone())));
        }
        routes.sort_by_key(|(_, path, _)| path.iter().map(|segment| is_parameter(segment)).collect::<Vec<_>>());
        let gateway = Arc::new(Self { functions: by_name, routes, differences: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let server = axum::Router::new().fallback(pass).with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, server).await.expect("a server") });
        (gateway, address)
    }

    /// The answers that were not as documented.
    pub(super) fn differences(&self) -> Vec<String> {
        self.differences.lock().expect("no test panicked here").values().cloned().collect()
    }

    fn function(&self, method: &str, path: &str) -> &TestFunction {
        let path = segments(path);
        let found = self.routes.iter().find(|(known, template, _)| {
            let alike = |(known, given): (&String, &String)| known == given || is_parameter(known) && !given.is_empty();
            known == method && template.len() == path.len() && template.iter().zip(&path).all(alike)
        });
        &self.functions[found.map_or(REST, |(.., function)| function)]
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

async fn pass(State(gateway): State<Arc<Gateway>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return Response::builder().status(StatusCode::PAYLOAD_TOO_LARGE).body(Body::empty()).expect("an answer");
    };
    let function = gateway.function(parts.method.as_str(), parts.uri.path());
    let invocation = LambdaEvent::new(event(&parts, &body), context());
    // The future of `lambda_http` stays on its thread.
    let answering = events(function.router.clone()).oneshot(invocation);
    let answer = block_in_place(|| Handle::current().block_on(answering)).expect("an answer");
    // Nobody looks at the calls, and in half an hour they would fill the memory.
    function.watch.take();
    let (response, sent) = response(&serde_json::to_value(answer).expect("JSON"));
    let exchange = Exchange::begin(parts.method.clone(), parts.uri.path(), &parts.headers, &body);
    let exchange = exchange.answered(response.status().as_u16(), response.headers(), &sent);
    if let Some(difference) = contract::difference(&exchange) {
        let key = difference.lines().take(2).collect();
        gateway.differences.lock().expect("no test panicked here").insert(key, difference);
    }
    response
}

fn context() -> Context {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970");
    let mut context = Context::default();
    context.deadline = u64::try_from((now + TIMEOUT).as_millis()).expect("milliseconds");
    context
}

/// The event of payload format 2.0.
fn event(parts: &Parts, body: &[u8]) -> LambdaRequest {
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let query = parts.uri.query().unwrap_or_default();
    let mut headers = joined(&parts.headers);
    let cookies = headers.remove(COOKIE.as_str());
    // Text stays text, other bodies are encoded.
    let media_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_text = media_type.starts_with("text/") || media_type.contains("json");
    let text = String::from_utf8(body.to_vec()).ok().filter(|_| is_text);
    let event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers,
        "cookies": cookies.map(|cookies| vec![cookies]),
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "api.example.org", "requestId": "request",
            "stage": "$default", "timeEpoch": 0,
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
        },
        "isBase64Encoded": text.is_none() && !body.is_empty(),
        "body": if body.is_empty() { None } else { Some(text.unwrap_or_else(|| STANDARD.encode(body))) },
    });
    serde_json::from_value(event).expect("an event")
}

/// Headers as the gateway passes them on: a repeated one once, with its values separated by commas.
fn joined(headers: &HeaderMap) -> Map<String, Value> {
    let values = |name| headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    headers.keys().map(|name| (name.to_string(), values(name).collect::<Vec<_>>().join(",").into())).collect()
}

/// The answer in HTTP, and its body.
fn response(answer: &Value) -> (Response<Body>, Bytes) {
    let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
    let mut response = Response::builder().status(status);
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        response = response.header(name, value.as_str().expect("a text"));
    }
    let text = answer["body"].as_str().unwrap_or_default();
    let encoded = answer["isBase64Encoded"].as_bool().unwrap_or_default();
    let body = if encoded { STANDARD.decode(text).expect("Base64") } else { text.as_bytes().to_vec() };
    let body = Bytes::from(body);
    (response.body(Body::from(body.clone())).expect("an answer"), body)
}
