//! Template, routers and OpenAPI document name the same routes.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use ibw::http::{Document, Routes};
use serde_json::Value;

use super::{read, rust_files};
use crate::support::app::TestApp;
use crate::support::template::Template;

/// The functions that serve HTTP.
fn functions<R: Routes>() -> [(&'static str, R); 12] {
    [
        ("agenda", agenda::routes()),
        ("attendees", attendees::routes()),
        ("auth", auth::routes()),
        ("checkin", checkin::routes()),
        ("conferences", conferences::routes()),
        ("docs", docs::routes()),
        ("events", events::routes()),
        ("media", media::routes()),
        ("notifications", notifications::routes()),
        ("speakers", speakers::routes()),
        ("telegram", telegram::routes()),
        ("users", users::routes()),
    ]
}

fn routes_of(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = |(path, item): (&String, &Value)| {
        let methods: Vec<String> =
            item.as_object().expect("methods").keys().filter(|key| *key != "parameters").cloned().collect();
        methods.into_iter().map(move |method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(methods).collect()
}

#[test]
fn template_and_routers_have_the_same_routes_for_each_function() {
    let template = Template::read();
    let routed: BTreeMap<&str, BTreeSet<String>> = functions::<Document>()
        .into_iter()
        .map(|(function, routes)| (function, routes.names().into_iter().collect()))
        .collect();
    for function in template.functions().keys() {
        let mut deployed = template.routes(function);
        assert_eq!(
            deployed.remove("$default"),
            function == "docs",
            "`docs` answers what no route matches, and it alone"
        );
        assert_eq!(deployed, routed.get(function.as_str()).cloned().unwrap_or_default(), "{function}");
    }
}

#[test]
fn openapi_document_is_fresh_and_names_every_route() {
    let stored = read("infra/openapi.json");
    let fresh = stored == ibw_tests::openapi::openapi().expect("a document");
    assert!(fresh, "infra/openapi.json is stale: run `make openapi`");
    let template = Template::read();
    let deployed: BTreeSet<String> =
        template.functions().keys().flat_map(|function| template.routes(function)).collect();
    let mut documented = routes_of(&serde_json::from_str(&stored).expect("JSON"));
    documented.insert("$default".to_owned());
    assert_eq!(documented, deployed);
}

/// Two types of one name would be one schema in the document: give one of them another by `#[schema(as = …)]`.
#[test]
fn schemas_of_one_name_are_the_same_in_all_functions() {
    let mut known: BTreeMap<String, (&str, Value)> = BTreeMap::new();
    for (function, routes) in functions::<Document>() {
        for (name, schema) in routes.schemas() {
            let (first, same) = known.entry(name.clone()).or_insert_with(|| (function, schema.clone()));
            assert_eq!(*same, schema, "{name} is one thing in {first} and another in {function}");
        }
    }
}

#[test]
fn routes_are_added_with_their_documentation_only() {
    // What `docs` answers for other functions' paths is no route of its own.
    for (file, text) in rust_files("functions").iter().filter(|(file, _)| !file.ends_with("docs/src/unrouted.rs")) {
        assert!(!text.contains(".route(\""), "{file}: use `.routes(routes!(…))`, so that the route is documented");
    }
}

#[tokio::test]
async fn every_route_of_the_template_is_answered_by_its_function() {
    let app = TestApp::start().await;
    let template = Template::read();
    for (function, router) in functions() {
        let function_under_test = app.function(function, router);
        for route in template.routes(function).into_iter().filter(|route| route != "$default") {
            let (method, path) = route.split_once(' ').expect("a method and a path");
            let path = path
                .replace("{telegram_id}", "1")
                .replace("{id}", "usr_none")
                .replace("{user_id}", "usr_none")
                .replace("{code}", "none")
                .replace("{name}", "none")
                .replace("{number}", "1")
                .replace("{slug}", "none")
                .replace("{session}", "none")
                .replace("{token}", "none");
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let response = function_under_test.request(method, &path).send().await;
            assert_ne!(response.status, 405, "{route}");
            assert_ne!(response.json["error"], "There is no such route.", "{route}");
        }
    }
}
