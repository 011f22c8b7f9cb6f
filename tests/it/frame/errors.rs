//! Errors: one shape everywhere, and nothing of the inside in it.

use axum::routing::get;
use ibw::http::{Router, Routes};
use serde_json::{Value, json};

use super::Log;
use crate::support::app::TestApp;
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{ME, USERS, fields};

fn assert_shape(response: &TestResponse) {
    assert_eq!(response.header("content-type"), "application/json");
    assert_eq!(fields(&response.json), ["code", "details", "error", "request_id"]);
    assert_eq!(response.json["request_id"], response.header("x-request-id"));
    assert_ne!(response.header("x-request-id"), "");
}

#[tokio::test]
async fn route_that_does_not_exist_is_404_in_json() {
    let app = TestApp::start().await;
    for path in ["/", "/api/v1", "/api/v1/user", "/api/v1/users/", "/api/v1/users/me/", "/api/v2/users", "//"] {
        let response = app.users().get(path).send().await;
        assert_eq!(response.error(), (404, "NOT_FOUND"), "{path}");
        assert_shape(&response);
    }
}

#[tokio::test]
async fn method_that_a_route_does_not_have_is_405_with_those_it_has() {
    let app = TestApp::start().await;
    for (method, path, expected) in [
        ("PUT", ME, vec!["DELETE", "GET", "PATCH"]),
        ("POST", USERS, vec!["GET", "HEAD"]),
        ("GET", "/api/v1/users/me/email", vec!["POST"]),
        ("DELETE", "/api/v1/users/me/socials", vec!["PUT"]),
    ] {
        let response = app.users().request(method.parse().unwrap(), path).send().await;
        assert_eq!(response.error(), (405, "METHOD_NOT_ALLOWED"), "{method} {path}");
        let mut allowed: Vec<&str> = response.header("allow").split(',').map(str::trim).collect();
        allowed.sort_unstable();
        assert_eq!(allowed, expected, "{method} {path}");
        assert_shape(&response);
    }
}

#[tokio::test]
async fn request_id_is_the_gateways_and_else_a_new_one() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    for (path, status) in [(ME, 200), ("/api/v1/nothing", 404)] {
        let request = app.users().get(path).header(login.bearer());
        let response = request.clone().through_gateway("JKJaXmPLvHcESHA=", "203.0.113.7").send().await;
        assert_eq!((response.status, response.header("x-request-id")), (status, "JKJaXmPLvHcESHA="));
        let (one, other) = (request.clone().send().await, request.send().await);
        assert_eq!(one.header("x-request-id").len(), 32);
        assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
    }
}

async fn panics() {
    panic!("the secret is 42");
}

#[tokio::test]
async fn panic_is_a_500_that_says_nothing_and_leaves_the_function_working() {
    let app = TestApp::start().await;
    let function = app.function("users", Router::default().undocumented("/api/v1/test", get(panics)));
    let (log, _guard) = Log::start();
    for _ in 0..2 {
        let response = function.get("/api/v1/test").send().await;
        assert_eq!(response.error(), (500, "INTERNAL_ERROR"));
        assert_eq!(response.json["error"], "Something went wrong on our side.");
        assert_eq!(response.json["details"], json!([]));
        assert_shape(&response);
        let line = log.lines().pop().unwrap();
        assert!(line.contains("panic: the secret is 42") && line.contains(response.header("x-request-id")), "{line}");
    }
    assert_eq!(log.lines().len(), 2);
    assert_eq!(function.get("/api/v1/nothing").send().await.status, 404);
}

#[tokio::test]
async fn fault_of_the_database_is_a_constant_answer_and_one_line_in_the_log() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    let table: Value = json!({"TableName": "ibw-test-users"});
    app.database.engine.delete_table(serde_json::from_value(table).unwrap()).unwrap();
    let (log, _guard) = Log::start();
    let requests = [
        app.users().get(ME).header(login.bearer()),
        app.users().get(USERS),
        app.users().patch(ME).header(login.bearer()).json(&json!({"job_title": "CTO"})),
        app.auth().post("/api/v1/auth/login").header(app.signed(&Person::new(1))),
        app.users().get(ME).header(app.signed(&Person::new(1))),
    ];
    for (n, request) in requests.into_iter().enumerate() {
        let response = request.send().await;
        assert_eq!(response.error(), (500, "INTERNAL_ERROR"), "{n}");
        assert_eq!(response.json["error"], "Something went wrong on our side.");
        assert_eq!((response.header("retry-after"), &response.json["details"]), ("", &json!([])));
        assert_shape(&response);
        let lines = log.lines();
        assert_eq!(lines.len(), n + 1, "{lines:?}");
        assert!(lines[n].contains("ResourceNotFoundException") && lines[n].contains(response.header("x-request-id")));
    }
}

#[tokio::test]
async fn database_out_of_reach_is_503_to_be_tried_again() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    // The policy of `docs` does not let it query users.
    let function = app.function("docs", users::router());
    let response = function.get(USERS).header(login.bearer()).send().await;
    assert_eq!((response.error(), response.header("retry-after")), ((503, "UNAVAILABLE"), "1"));
    assert_eq!(response.json["error"], "The service is busy. Please try again.");
    assert_eq!(response.json["details"], json!([]));
    assert_shape(&response);
}
