//! Which pages of other origins may call the API.

use axum::http::Method;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::request::TestResponse;
use crate::support::telegram::Person;
use crate::users::{ME, USERS};

const OURS: &str = "https://app.example.org";
const THEIRS: &str = "https://app.example.com";

fn words<'a>(response: &'a TestResponse, header: &str) -> Vec<&'a str> {
    let mut words: Vec<&str> = response.header(header).split(',').map(str::trim).collect();
    words.sort_unstable();
    words
}

#[tokio::test]
async fn preflight_of_an_allowed_origin_is_told_what_it_may_do_without_a_read() {
    let app = TestApp::start().await;
    let function = app.users();
    for path in [ME, "/api/v1/nothing"] {
        let preflight = function.request(Method::OPTIONS, path).header(("origin", OURS));
        let preflight = preflight.header(("access-control-request-method", "PATCH"));
        let response = preflight.header(("access-control-request-headers", "x-telegram-auth")).send().await;
        assert_eq!((response.status, response.text.as_str()), (200, ""));
        assert_eq!(response.header("access-control-allow-origin"), OURS);
        assert_eq!(response.header("access-control-max-age"), "3600");
        assert_eq!(words(&response, "access-control-allow-methods"), ["DELETE", "GET", "PATCH", "POST", "PUT"]);
        let headers = [
            "authorization",
            "baggage",
            "cache-control",
            "content-type",
            "idempotency-key",
            "if-match",
            "if-none-match",
            "sentry-trace",
            "traceparent",
            "tracestate",
            "x-api-key",
            "x-telegram-auth",
        ];
        assert_eq!(words(&response, "access-control-allow-headers"), headers);
        assert!(words(&response, "vary").contains(&"origin"));
    }
    assert_eq!(function.watch.take(), []);
}

#[tokio::test]
async fn answer_to_an_allowed_origin_may_be_read_even_when_it_is_an_error() {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    for (request, status) in [
        (app.users().get(ME).header(login.bearer()), 200),
        (app.users().get(ME), 401),
        (app.users().get("/api/v1/nothing"), 404),
        (app.users().put(ME), 405),
        (app.users().patch(ME).header(login.bearer()).json(&json!({"nickname": 1})), 400),
    ] {
        let response = request.header(("origin", OURS)).send().await;
        assert_eq!((response.status, response.header("access-control-allow-origin")), (status, OURS));
        let exposed = [
            "content-disposition",
            "etag",
            "idempotency-replayed",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "x-request-id",
        ];
        assert_eq!(words(&response, "access-control-expose-headers"), exposed);
        assert_eq!(response.header("access-control-allow-credentials"), "");
    }
}

#[tokio::test]
async fn other_origin_is_allowed_nothing() {
    let app = TestApp::start().await;
    for origin in [THEIRS, "null", "https://app.example.org.evil.example", "http://app.example.org"] {
        let preflight = app.users().request(Method::OPTIONS, USERS).header(("origin", origin));
        let preflight = preflight.header(("access-control-request-method", "GET")).send().await;
        let actual = app.users().get(USERS).header(("origin", origin)).send().await;
        for response in [preflight, actual] {
            assert!(!response.headers.contains_key("access-control-allow-origin"), "{origin}");
        }
    }
}

#[tokio::test]
async fn any_origin_is_allowed_where_the_configuration_says_so() {
    let app = TestApp::start_with(&[("CORS_ORIGINS", "*")]).await;
    let response = app.users().get(USERS).header(("origin", THEIRS)).send().await;
    assert_eq!((response.status, response.header("access-control-allow-origin")), (200, "*"));
}
