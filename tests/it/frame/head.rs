//! `HEAD` where programs look before they read, and `Allow` with the methods of each path.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use serde_json::{Value, json};

use crate::conferences::{conference, organise};
use crate::events::{people, published};
use crate::structure::read;
use crate::support::app::TestApp;
use crate::support::functions::functions;
use crate::support::request::TestFunction;

const METHODS: [&str; 6] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];
/// So that all routes can be called.
const LIMITS: (&str, &str) =
    ("RATE_LIMITS", "read=100000/60,write=100000/60,login=100000/60,admin=100000/60,code=100000/60");

/// The methods of each path of the document.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).unwrap();
    let methods = |item: &Value| item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
    document["paths"].as_object().unwrap().iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::start_with(&[LIMITS]).await;
    let host = &people(&app, 1, 1).await[0];
    assert_eq!(organise(&app, "POST", "").json(&conference("ibw-2026")).send().await.status, 201);
    let id = published(&app, host, json!({})).await;
    let event = format!("/api/v1/events/{id}");
    for (function, path, status) in [
        (app.conferences(), "/api/v1/conferences".to_owned(), 200),
        (app.conferences(), "/api/v1/conferences/ibw-2026".to_owned(), 200),
        (app.conferences(), "/api/v1/conferences/nowhere".to_owned(), 404),
        (app.speakers(), "/api/v1/conferences/ibw-2026/speakers".to_owned(), 200),
        (app.agenda(), "/api/v1/conferences/ibw-2026/agenda".to_owned(), 404),
        (app.agenda(), "/api/v1/conferences/ibw-2026/agenda/releases".to_owned(), 200),
        (app.agenda(), "/api/v1/calendar/nobody.ics".to_owned(), 404),
        (app.media(), "/api/v1/media/img_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".to_owned(), 404),
        (app.users(), "/api/v1/users".to_owned(), 200),
        (app.events(), "/api/v1/events".to_owned(), 200),
        (app.events(), event.clone(), 200),
        (app.events(), format!("{event}/calendar.ics"), 200),
        (app.docs(), "/api/v1/docs".to_owned(), 200),
    ] {
        let got = function.get(&path).send().await;
        let head = function.request(Method::HEAD, &path).send().await;
        assert_eq!((head.status, head.text.as_str()), (got.status, ""), "{path}");
        assert_eq!(head.status, status, "{path}: {}", got.text);
        for name in ["content-type", "content-length", "etag", "cache-control", "content-disposition"] {
            assert_eq!(head.header(name), got.header(name), "{path} {name}");
        }
    }
    let tag = app.conferences().get("/api/v1/conferences/ibw-2026").send().await.header("etag").to_owned();
    let known = app.conferences().request(Method::HEAD, "/api/v1/conferences/ibw-2026").header(("if-none-match", tag));
    assert_eq!(known.send().await.status, 304);
}

/// That a function answers `OPTIONS` and methods that a path does not have with those that it has.
async fn assert_allowed(function: &TestFunction, name: &str, path: &str, allowed: &BTreeSet<String>) {
    let concrete: String =
        path.split(['{', '}']).enumerate().map(|(n, part)| if n % 2 == 0 { part } else { "1" }).collect();
    let expected = allowed.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let options = function.request(Method::OPTIONS, &concrete).send().await;
    assert_eq!((options.status, options.header("allow")), (200, expected.as_str()), "{name}: OPTIONS {path}");
    for method in METHODS.into_iter().filter(|method| !allowed.contains(*method)) {
        let refused = function.request(method.parse().unwrap(), &concrete).send().await;
        assert_eq!((refused.status, refused.header("allow")), (405, expected.as_str()), "{name}: {method} {path}");
    }
}

#[tokio::test]
async fn allow_lists_the_documented_methods_in_each_function_and_at_the_gateway() {
    let app = TestApp::start_with(&[LIMITS]).await;
    let paths = documented();
    let docs = app.docs();
    for (path, allowed) in &paths {
        assert_allowed(&docs, "docs", path, allowed).await;
    }
    for (name, api) in functions().into_iter().filter_map(|function| Some((function.name.clone(), function.api()?))) {
        let function = app.function(&name, (api.router)());
        let own: BTreeSet<String> =
            (api.document)().names().iter().filter_map(|route| Some(route.split_once(' ')?.1.to_owned())).collect();
        for path in own {
            assert_allowed(&function, &name, &path, &paths[&path]).await;
        }
    }
}
