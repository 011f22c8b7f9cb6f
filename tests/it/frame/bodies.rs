//! Bodies: what is JSON, how large, how deep.

use axum::routing::post;
use ibw::error::ApiError;
use ibw::http::{Json, Router, Routes};
use serde_json::{Value, json};

use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::request::TestRequest;
use crate::support::telegram::Person;
use crate::users::{ME, me, places};

const LIMIT: usize = 256 * 1024;

async fn start() -> (TestApp, Login) {
    let app = TestApp::start().await;
    let login = app.login(&Person::new(1)).await;
    (app, login)
}

fn patch(app: &TestApp, login: &Login) -> TestRequest {
    app.users().patch(ME).header(login.bearer())
}

#[tokio::test]
async fn body_that_is_not_json_is_400_and_changes_nothing() {
    let (app, login) = start().await;
    for body in [
        &b""[..],
        b" ",
        b"{",
        b"{\"job_title\": \"CTO\"",
        b"{'job_title': 'CTO'}",
        b"{\"job_title\": \"CTO\",}",
        b"{\"job_title\": \"CTO\"} {}",
        b"{\"job_title\": \"CTO\"}]",
        b"{\"job_title\": \"\xff\"}",
        b"{\"job_title\": \"\\ud800\"}",
        b"job_title=CTO",
        b"null",
        b"7",
        b"[\"Asha\"]",
        b" [[]]",
    ] {
        let response = patch(&app, &login).header(("content-type", "application/json")).body(body).send().await;
        assert_eq!(response.error(), (400, "INVALID_BODY"), "{}", String::from_utf8_lossy(body));
    }
    assert_eq!(me(&app, &login).await["job_title"], Value::Null);
}

/// Routes whose body is optional.
#[tokio::test]
async fn optional_body_may_be_empty_and_null_is_no_body() {
    let (app, login) = start().await;
    let id = "evt_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
    for (function, path) in [
        (app.events(), format!("/api/v1/events/{id}/duplicate")),
        (app.events(), format!("/api/v1/events/{id}/approve")),
        (app.auth(), "/api/v1/auth/login".to_owned()),
    ] {
        let ask = || {
            let request = function.post(&path);
            if path.ends_with("approve") {
                request.header(("x-api-key", ADMIN_API_KEY)).header(("if-match", "\"1\""))
            } else {
                request.header(login.bearer())
            }
        };
        let empty = ask().send().await;
        assert_ne!(empty.error(), (400, "INVALID_BODY"), "{path}: {}", empty.text);
        let typed = ask().header(("content-type", "application/json")).send().await;
        assert_eq!(typed.error(), empty.error(), "{path}: {}", typed.text);
        for body in ["null", " null ", "7", "\"\"", "false", "[]", " "] {
            let refused = ask().header(("content-type", "application/json")).body(body).send().await;
            assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["body"]), "{path} {body}");
        }
        assert_eq!(ask().body("{}").send().await.error(), (415, "UNSUPPORTED_MEDIA_TYPE"), "{path}");
    }
}

#[tokio::test]
async fn body_of_any_object_is_no_null() {
    let app = TestApp::start().await;
    for body in ["null", "7", "[]"] {
        let request = app.agenda().post("/api/v1/conferences/none/agenda/import").header(("x-api-key", ADMIN_API_KEY));
        let refused = request.header(("content-type", "application/json")).body(body).send().await;
        assert_eq!((refused.error(), places(&refused)), ((400, "INVALID_BODY"), vec!["body"]), "{body}");
    }
}

#[tokio::test]
async fn body_of_another_type_is_415() {
    let (app, login) = start().await;
    let body = r#"{"job_title": "CTO"}"#;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", ""] {
        let request = patch(&app, &login).header(("content-type", content_type)).body(body);
        assert_eq!(request.send().await.error(), (415, "UNSUPPORTED_MEDIA_TYPE"), "{content_type}");
    }
    assert_eq!(patch(&app, &login).body(body).send().await.error(), (415, "UNSUPPORTED_MEDIA_TYPE"));
    for content_type in ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8"] {
        let request = patch(&app, &login).header(("content-type", content_type)).body(body);
        assert_eq!(request.send().await.status, 200, "{content_type}");
    }
}

#[tokio::test]
async fn body_of_256_kb_is_read_and_a_byte_more_is_413() {
    let (app, login) = start().await;
    for (size, key, expected) in [
        (LIMIT, false, (200, "")),
        (LIMIT, true, (200, "")),
        (LIMIT + 1, false, (413, "PAYLOAD_TOO_LARGE")),
        (LIMIT + 1, true, (413, "PAYLOAD_TOO_LARGE")),
    ] {
        let body = r#"{"job_title": "CTO"}"#;
        let body = format!("{body}{}", " ".repeat(size - body.len()));
        let mut request = patch(&app, &login).header(("content-type", "application/json")).body(body);
        if key {
            request = request.header(("idempotency-key", format!("of {size}")));
        }
        assert_eq!(request.send().await.error(), expected, "{size} {key}");
    }
}

async fn echo(Json(body): Json<Value>) -> Result<Json<Value>, ApiError> {
    Ok(Json(body))
}

#[tokio::test]
async fn body_of_32_levels_is_read_and_of_33_is_400() {
    let app = TestApp::start().await;
    let function = app.function("users", Router::default().undocumented("/api/v1/test", post(echo)));
    // The object itself is a level.
    let nested = |levels: usize| format!(r#"{{"a": {}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
    let send =
        |body: String| function.post("/api/v1/test").header(("content-type", "application/json")).body(body).send();
    assert_eq!(send(nested(32)).await.status, 200);
    let response = send(nested(33)).await;
    assert_eq!(
        (response.error(), &response.json["error"]),
        ((400, "INVALID_BODY"), &json!("The request body is nested deeper than 32 levels."))
    );
    assert_eq!(send(nested(100_000)).await.error(), (400, "INVALID_BODY"));
    assert_eq!(send(json!({"a": "[".repeat(100)}).to_string()).await.status, 200);
}

#[tokio::test]
async fn body_with_an_unknown_field_is_refused_by_its_name_on_every_route() {
    let (app, login) = start().await;
    for (method, path, body) in [
        ("PATCH", ME, json!({"nickname": 1})),
        ("PUT", "/api/v1/users/me/socials", json!({"nickname": 1})),
        ("POST", "/api/v1/users/me/onboarding", json!({"roles": ["founder"], "nickname": 1})),
        ("POST", "/api/v1/users/me/email", json!({"email": "asha@example.org", "nickname": 1})),
        ("POST", "/api/v1/users/me/email/verify", json!({"code": "123456", "nickname": 1})),
    ] {
        let request = app.users().request(method.parse().unwrap(), path).header(login.bearer()).json(&body);
        let response = request.send().await;
        assert_eq!((response.error(), places(&response)), ((400, "INVALID_BODY"), vec!["nickname"]), "{path}");
    }
    for (path, body) in [
        ("/api/v1/auth/login", json!({"init_data": "", "nickname": 1})),
        ("/api/v1/auth/refresh", json!({"refresh_token": "", "nickname": 1})),
    ] {
        let response = app.auth().post(path).json(&body).send().await;
        assert_eq!((response.error(), places(&response)), ((400, "INVALID_BODY"), vec!["nickname"]), "{path}");
    }
}
