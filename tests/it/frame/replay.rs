//! Which answers `Idempotency-Key` keeps, and what it does while there is none yet: on a route that counts its calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Method;
use axum::routing::post;
use ibw::error::{ApiError, Code};
use ibw::http::{Handlers, Json, Properties, Router, Routes};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::app::{Login, TestApp};
use crate::support::request::{TestFunction, TestRequest};
use crate::support::telegram::Person;

const ROUTE: &str = "/api/v1/test";
/// The errors that the route can be asked for.
const CODES: [Code; 14] = [
    Code::INVALID_BODY,
    Code::FORBIDDEN,
    Code::NOT_FOUND,
    Code::PRECONDITION_FAILED,
    Code::EMAIL_CODE_WRONG,
    Code::VERSION_CONFLICT,
    Code::RATE_LIMITED,
    Code::INTERNAL_ERROR,
    Code::UNAVAILABLE,
    Code::AUTHENTICATION_REQUIRED,
    Code::NOT_ACCEPTABLE,
    Code::PAYLOAD_TOO_LARGE,
    Code::UNSUPPORTED_MEDIA_TYPE,
    Code::PRECONDITION_REQUIRED,
];

/// The route's side: how often it was called, and the gate that a body of `{"wait": true}` waits at.
#[derive(Clone)]
struct Side {
    calls: Arc<AtomicUsize>,
    waiting: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

impl Side {
    /// Answers with the error that the body names, or with the number of the call.
    async fn answer(self, body: Value) -> Result<Json<usize>, ApiError> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if body["wait"] == true {
            self.waiting.add_permits(1);
            self.gate.acquire().await.unwrap().forget();
        }
        match CODES.iter().find(|code| body["code"] == code.name()) {
            Some(code) => Err(ApiError::new(*code, "as asked for")),
            None => Ok(Json(number)),
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

async fn start() -> (TestApp, Login, TestFunction, Side) {
    let side = Side { calls: Arc::default(), waiting: Arc::new(Semaphore::new(0)), gate: Arc::new(Semaphore::new(0)) };
    let route = side.clone();
    let answer = move |Json(body): Json<Value>| route.clone().answer(body);
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let handlers = Handlers {
        path: ROUTE.to_owned(),
        methods: vec![Method::POST],
        router: post(answer),
        document: Vec::new,
        properties: Properties::default(),
    };
    let function = app.function("users", Router::default().routes(handlers));
    (app, login, function, side)
}

fn request(function: &TestFunction, login: &Login, key: &str, body: &Value) -> TestRequest {
    function.post(ROUTE).header(login.bearer()).header(("idempotency-key", key)).json(body)
}

#[tokio::test]
async fn answer_is_kept_unless_it_says_to_try_again() {
    let (_app, login, function, side) = start().await;
    for (code, status, calls) in [
        (Value::Null, 200, 1),
        (json!("INVALID_BODY"), 400, 1),
        (json!("FORBIDDEN"), 403, 3),
        (json!("NOT_FOUND"), 404, 3),
        (json!("PRECONDITION_FAILED"), 412, 3),
        (json!("EMAIL_CODE_WRONG"), 422, 1),
        (json!("AUTHENTICATION_REQUIRED"), 401, 3),
        (json!("NOT_ACCEPTABLE"), 406, 3),
        (json!("VERSION_CONFLICT"), 409, 3),
        (json!("PAYLOAD_TOO_LARGE"), 413, 3),
        (json!("UNSUPPORTED_MEDIA_TYPE"), 415, 3),
        (json!("PRECONDITION_REQUIRED"), 428, 3),
        (json!("RATE_LIMITED"), 429, 3),
        (json!("INTERNAL_ERROR"), 500, 3),
        (json!("UNAVAILABLE"), 503, 3),
    ] {
        let before = side.calls();
        let request = request(&function, &login, &format!("of {code}"), &json!({ "code": code }));
        let answers = [request.clone().send().await, request.clone().send().await, request.send().await];
        assert!(answers.iter().all(|answer| answer.status == status), "{code}");
        let replayed = answers.each_ref().map(|answer| answer.header("idempotency-replayed") == "true");
        assert_eq!((side.calls() - before, replayed), (calls, [false, calls == 1, calls == 1]), "{code}");
        if calls == 1 {
            assert_eq!((&answers[1].text, &answers[2].text), (&answers[0].text, &answers[0].text), "{code}");
        }
    }
}

#[tokio::test]
async fn replayed_error_has_the_first_requests_id_in_its_body_and_its_own_in_the_header() {
    let (_app, login, function, _) = start().await;
    let request = request(&function, &login, "key", &json!({"code": "INVALID_BODY"}));
    let first = request.clone().through_gateway("first", "203.0.113.7").send().await;
    let second = request.through_gateway("second", "203.0.113.7").send().await;
    assert_eq!((first.header("x-request-id"), second.header("x-request-id")), ("first", "second"));
    assert_eq!((&first.json["request_id"], &second.json["request_id"]), (&json!("first"), &json!("first")));
}

#[tokio::test]
async fn change_of_another_version_is_another_request() {
    let (_app, login, function, side) = start().await;
    let same = request(&function, &login, "key", &json!({}));
    let second = same.clone().header(("if-match", "\"2\""));
    assert_eq!((second.clone().send().await.status, second.send().await.header("idempotency-replayed")), (200, "true"));
    for other in [same.clone(), same.header(("if-match", "\"3\""))] {
        assert_eq!(other.send().await.error(), (422, "IDEMPOTENCY_KEY_REUSED"));
    }
    assert_eq!(side.calls(), 1);
    // Beside a tag that is no ASCII, too.
    let odd = |version: u64| {
        request(&function, &login, "odd", &json!({})).header(("if-match", format!("\"{version}\", \"é\""))).send()
    };
    assert_eq!(odd(2).await.status, 200);
    assert_eq!(odd(3).await.error(), (422, "IDEMPOTENCY_KEY_REUSED"));
}

#[tokio::test]
async fn wrong_method_is_405_with_a_key_as_without() {
    let (app, login, function, _) = start().await;
    let with_key = |request: TestRequest| request.header(login.bearer()).header(("idempotency-key", "key"));
    for request in [
        function.request(Method::PATCH, ROUTE),
        app.users().request(Method::PUT, "/api/v1/users/me"),
        app.docs().request(Method::DELETE, "/api/v1/auth/login"),
        app.docs().request(Method::PATCH, "/api/v1/health"),
    ] {
        assert_eq!(with_key(request).json(&json!({})).send().await.error(), (405, "METHOD_NOT_ALLOWED"));
    }
    assert_eq!(with_key(app.docs().request(Method::POST, "/api/v1/nothing")).send().await.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn request_that_is_still_running_is_409_and_with_another_body_422() {
    let (_app, login, function, side) = start().await;
    let same = request(&function, &login, "key", &json!({"wait": true}));
    let first = tokio::spawn(same.clone().send());
    side.waiting.acquire().await.unwrap().forget();
    let second = same.clone().send().await;
    assert_eq!((second.error(), second.header("retry-after")), ((409, "IDEMPOTENCY_IN_FLIGHT"), "1"));
    let other = request(&function, &login, "key", &json!({"wait": false})).send().await;
    assert_eq!(other.error(), (422, "IDEMPOTENCY_KEY_REUSED"));
    side.gate.add_permits(1);
    let first = first.await.unwrap();
    assert_eq!((first.status, first.text.as_str()), (200, "1"));
    let third = same.send().await;
    assert_eq!((third.status, third.text.as_str(), side.calls()), (200, "1", 1));
}

#[tokio::test]
async fn request_that_died_may_be_sent_again_when_its_lease_is_over() {
    let (app, login, function, side) = start().await;
    let same = request(&function, &login, "key", &json!({"wait": true}));
    let first = tokio::spawn(same.clone().send());
    side.waiting.acquire().await.unwrap().forget();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    side.gate.add_permits(1);
    app.clock.advance(59);
    assert_eq!(same.clone().send().await.error(), (409, "IDEMPOTENCY_IN_FLIGHT"));
    app.clock.advance(1);
    let again = same.clone().send().await;
    assert_eq!((again.status, again.text.as_str()), (200, "2"));
    assert_eq!((same.send().await.text.as_str(), side.calls()), ("2", 2));
}
