//! Template, routers and OpenAPI document name the same routes.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use serde_json::Value;

use super::{assert_same, read, rust_files};
use crate::support::app::TestApp;
use crate::support::functions::{Api, functions};
use crate::support::golden::assert_fresh;
use crate::support::template::Template;

/// The functions that serve HTTP.
fn api() -> Vec<(String, Api)> {
    functions().into_iter().filter_map(|function| Some((function.name.clone(), function.api()?))).collect()
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
    let routed: BTreeMap<String, BTreeSet<String>> =
        api().into_iter().map(|(function, api)| (function, (api.document)().names().into_iter().collect())).collect();
    for function in template.functions().keys() {
        let mut deployed = template.routes(function);
        assert_eq!(
            deployed.remove("$default"),
            function == "docs",
            "template.yaml: the function `docs`, and it alone, has an event without Method and Path, which takes what no route matches; see {function}"
        );
        let routed = routed.get(function).cloned().unwrap_or_default();
        if let Some(route) = deployed.difference(&routed).next() {
            panic!(
                "template.yaml gives `{route}` to {function}, and functions/{function}/src/lib.rs has no such route"
            );
        }
        if let Some(route) = routed.difference(&deployed).next() {
            panic!(
                "functions/{function}/src/lib.rs has `{route}`: add it to the events of {function} in template.yaml"
            );
        }
    }
}

/// `make openapi` runs this test, and has it write the document.
#[test]
fn openapi_document_is_fresh() {
    let document = ibw::http::document(api().into_iter().map(|(_, api)| (api.document)()));
    let text = serde_json::to_string_pretty(&document).expect("a document") + "\n";
    assert_fresh("infra/openapi.json", &text, "make openapi");
}

#[test]
fn openapi_document_names_every_route() {
    let template = Template::read();
    let deployed: BTreeSet<String> =
        template.functions().keys().flat_map(|function| template.routes(function)).collect();
    let mut documented = routes_of(&serde_json::from_str(&read("infra/openapi.json")).expect("JSON"));
    documented.insert("$default".to_owned());
    assert_same(&documented, &deployed, "infra/openapi.json (`make openapi` writes it) beside template.yaml");
}

#[test]
fn tags_of_operations_have_a_description() {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let described: Vec<&Value> = document["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for tag in item.as_object().expect("methods").values().filter_map(|of| of["tags"].as_array()).flatten() {
            assert!(
                described.contains(&tag),
                "{path} has the tag {tag}: describe it by `.tag(…)` in lib.rs of the function"
            );
        }
    }
}

/// Two types of one name would be one schema in the document: give one of them another by `#[schema(as = …)]`.
#[test]
fn schemas_of_one_name_are_the_same_in_all_functions() {
    let mut known: BTreeMap<String, (String, Value)> = BTreeMap::new();
    for (function, api) in api() {
        for (name, schema) in (api.document)().schemas() {
            let (first, same) = known.entry(name.clone()).or_insert_with(|| (function.clone(), schema.clone()));
            assert_eq!(
                *same, schema,
                "{name} is one thing in {first} and another in {function}: give one of them another name by `#[schema(as = …)]`"
            );
        }
    }
}

#[test]
fn routes_are_added_with_their_documentation_only() {
    for (file, text) in rust_files("functions") {
        assert!(!text.contains(".route(\""), "{file}: use `.routes(routes!(…))`, so that the route is documented");
    }
}

#[tokio::test]
async fn every_route_of_the_template_is_answered_by_its_function() {
    let app = TestApp::start().await;
    let template = Template::read();
    for (function, api) in api() {
        let function_under_test = app.function(&function, (api.router)());
        for route in template.routes(&function).into_iter().filter(|route| route != "$default") {
            let (method, path) = route.split_once(' ').expect("a method and a path");
            // What is outside of braces, and something for each parameter.
            let path = path.split(['{', '}']).enumerate().map(|(n, part)| if n % 2 == 0 { part } else { "1" });
            let path: String = path.collect();
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let response = function_under_test.request(method, &path).send().await;
            assert_ne!(response.status, 405, "{route}");
            assert_ne!(
                response.json["error"], "There is no such route.",
                "template.yaml gives `{route}` to {function}"
            );
        }
    }
}
