//! What the API says of itself, and its answers to what it does not have.

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::structure::read;
use crate::support::app::{ADMIN_API_KEY, TestApp};
use crate::support::telegram::Person;
use crate::support::template::Template;

#[test]
fn openapi_names_each_operation_once_and_refers_to_nothing_missing() {
    let text = read("infra/openapi.json");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let items = document["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().expect("an item").values());
    let mut ids: Vec<_> = operations.map(|operation| operation["operationId"].as_str().expect("an id")).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    for reference in text.split(r##""$ref": "#"##).skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn document_and_page_are_public_and_need_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    let docs = app.docs();
    let document = docs.get("/api/v1/openapi.json").send().await;
    assert_eq!((document.status, document.header("content-type")), (200, "application/json"));
    assert_eq!(document.json["openapi"], "3.1.0");

    let page = docs.get("/api/v1/docs").send().await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.text.contains(r#"url: "./openapi.json""#));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    let blocks = |tag: &str| {
        let after = page.text.split(&format!("\n<{tag}>")).skip(1).collect::<Vec<_>>();
        after.into_iter().filter_map(|rest| rest.split(&format!("</{tag}>")).next()).collect::<Vec<_>>()
    };
    let contents = [blocks("style"), blocks("script")].concat();
    let known = contents
        .into_iter()
        .map(|content| policy.contains(&STANDARD.encode(Sha256::digest(content))))
        .collect::<Vec<_>>();
    assert_eq!(known, [true; 3], "the browser runs what the policy names: one style, two scripts");

    let compressed = docs.get("/api/v1/docs").header(("accept-encoding", "gzip, br")).send().await;
    assert_eq!((compressed.header("content-encoding"), compressed.header("vary")), ("gzip", "accept-encoding"));
    assert_eq!(compressed.header("content-security-policy"), policy);
    assert!(compressed.text.len() < page.text.len());
}

#[tokio::test]
async fn document_names_the_address_that_was_called_as_its_server() {
    let app = TestApp::start().await;
    let document = app.docs().get("/api/v1/openapi.json").header(("host", "api.example.org"));
    for (proto, url) in [("https", "https://api.example.org"), ("http", "http://api.example.org")] {
        let document = document.clone().header(("x-forwarded-proto", proto)).send().await;
        assert_eq!(document.json["servers"][0]["url"], url);
    }
    assert_eq!(document.send().await.json["servers"][0]["url"], "https://api.example.org");
}

#[tokio::test]
async fn health_is_public_and_deep_health_is_for_admins() {
    let app = TestApp::start_with(&[("BUILD", "abc1234")]).await;
    let docs = app.docs();
    let health = docs.get("/api/v1/health").send().await;
    assert_eq!((health.status, health.json), (200, json!({"status": "ok", "build": "abc1234", "tables": []})));

    let deep = docs.get("/api/v1/health?deep=true");
    assert_eq!(deep.clone().send().await.error(), (401, "AUTHENTICATION_REQUIRED"));
    assert_eq!(deep.clone().header(("x-api-key", "nobody's")).send().await.error(), (401, "API_KEY_INVALID"));
    let asha = app.login(&Person::new(1)).await;
    assert_eq!(deep.clone().header(asha.bearer()).send().await.error(), (403, "FORBIDDEN"));
    let seen = deep.header(("x-api-key", ADMIN_API_KEY)).send().await;
    let all: Vec<String> = Template::read().tables().into_keys().collect();
    assert_eq!((seen.status, &seen.json["tables"]), (200, &json!(all)), "all tables of template.yaml");
    assert_eq!(docs.get("/api/v1/health?deep=2").send().await.error(), (400, "INVALID_REQUEST"));
}

#[tokio::test]
async fn deep_health_without_a_table_is_unavailable_and_names_it() {
    let app = TestApp::start().await;
    let users = serde_json::from_value(json!({"TableName": "ibw-test-users"})).expect("a request");
    app.database.engine.delete_table(users).expect("one table less");
    let health = app.docs().get("/api/v1/health?deep=true").header(("x-api-key", ADMIN_API_KEY)).send().await;
    assert_eq!(health.error(), (503, "UNAVAILABLE"));
    let fields: Vec<_> =
        health.json["details"].as_array().expect("details").iter().map(|detail| &detail["field"]).collect();
    assert_eq!(fields, ["users"]);
}

#[tokio::test]
async fn path_that_does_not_exist_is_not_found() {
    let app = TestApp::start().await;
    let docs = app.docs();
    for path in ["/", "/api/v1", "/api/v1/user", "/api/v1/users/me/", "/favicon.ico"] {
        let answer = docs.get(path).send().await;
        assert_eq!(answer.error(), (404, "NOT_FOUND"), "{path}");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn path_of_any_function_with_another_method_is_not_allowed() {
    let app = TestApp::start().await;
    let docs = app.docs();
    for (method, path, allow) in [
        (Method::POST, "/api/v1/users/me", "DELETE, GET, PATCH"),
        (Method::HEAD, "/api/v1/users/me", "DELETE, GET, PATCH"),
        (Method::PUT, "/api/v1/users/usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W", "GET"),
        (Method::GET, "/api/v1/auth/login", "POST"),
        (Method::DELETE, "/api/v1/health", "GET"),
    ] {
        let answer = docs.request(method.clone(), path).send().await;
        assert_eq!((answer.status, answer.header("allow")), (405, allow), "{method} {path}");
        assert!(method == Method::HEAD || answer.json["code"] == "METHOD_NOT_ALLOWED");
    }
}

#[tokio::test]
async fn preflight_of_any_path_is_answered() {
    let app = TestApp::start().await;
    let docs = app.docs();
    for path in ["/api/v1/users/me", "/api/v1/auth/login", "/nowhere"] {
        let preflight = docs.request(Method::OPTIONS, path).header(("origin", "https://app.example.org"));
        let answer = preflight.header(("access-control-request-method", "PATCH")).send().await;
        let origin = answer.header("access-control-allow-origin");
        assert_eq!((answer.status, origin), (200, "https://app.example.org"), "{path}");
        assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    }
}
