//! The bounds that the OpenAPI document states for requests hold: each is broken once, in each body and query.

use serde_json::{Value, json};

use crate::attendees::world::TICKETING_SECRET;
use crate::conferences::{conference, organise};
use crate::support::app::TestApp;
use crate::support::operation::{Operation, operations};
use crate::support::telegram::Person;

/// A body that breaks one bound.
struct Broken {
    keyword: &'static str,
    pointer: String,
    body: Value,
}

/// The bodies that break a bound of a schema at a place of the example, one bound each.
fn broken(operation: &Operation, schema: &Value, pointer: &str, example: &Value) -> Vec<Broken> {
    let schema = operation.resolved(schema);
    let break_by = |(keyword, value): (&'static str, Value)| {
        let mut body = example.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a place in the body");
        match body.pointer_mut(parent).expect("a parent") {
            Value::Object(members) => drop(members.insert(name.to_owned(), value)),
            Value::Array(items) => items[name.parse::<usize>().expect("a position")] = value,
            other => panic!("{other} has no members"),
        }
        Broken { keyword, pointer: pointer.to_owned(), body }
    };
    let mut found: Vec<Broken> = values(operation, schema).into_iter().map(break_by).collect();
    let members = schema["properties"].as_object().into_iter().flatten();
    let there = |pointer: &str| example.pointer(pointer).is_some_and(|value| !value.is_null());
    // The parent of a member is in the example, as only what is there is descended into.
    if pointer.is_empty() || there(pointer) {
        let member =
            |(name, schema): (&String, &Value)| broken(operation, schema, &format!("{pointer}/{name}"), example);
        found.extend(members.flat_map(member));
    }
    if there(&format!("{pointer}/0")) {
        found.extend(broken(operation, &schema["items"], &format!("{pointer}/0"), example));
    }
    let alternatives = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    let alternatives: Vec<&Value> = alternatives.filter(|one| one["type"] != "null").collect();
    if let [only] = alternatives[..] {
        found.extend(broken(operation, only, pointer, example));
    }
    found
}

/// Values that a schema refuses, with the keyword that each breaks.
fn values(operation: &Operation, schema: &Value) -> Vec<(&'static str, Value)> {
    let bound = |keyword: &str| schema[keyword].as_i64();
    let items = operation.resolved(&schema["items"]);
    let item = |number: i64| match items["examples"][0].as_str() {
        Some(example) => json!(example),
        None if items["type"] == "string" => json!(format!("item{number}")),
        None => json!({}),
    };
    let list = |length: i64| (0..length).map(item).collect::<Value>();
    let text = |length: i64| json!("x".repeat(usize::try_from(length).expect("a length")));
    let mut values = Vec::new();
    if schema["format"].is_null() || schema["format"] == "int32" {
        values.extend(bound("maxLength").map(|most| ("maxLength", text(most + 1))));
        values.extend(bound("minLength").map(|_| ("minLength", json!("  "))));
        values.extend(bound("minLength").map(|_| ("minLength", json!("\u{200b}"))));
    }
    values.extend(bound("minimum").map(|least| ("minimum", json!(least - 1))));
    values.extend(bound("maximum").map(|most| ("maximum", json!(most + 1))));
    values.extend(bound("minItems").map(|least| ("minItems", list(least - 1))));
    values.extend(bound("maxItems").map(|most| ("maxItems", list(most + 1))));
    if schema["uniqueItems"] == true {
        values.push(("uniqueItems", json!([item(0), item(0)])));
    }
    if schema["enum"].is_array() {
        values.push(("enum", json!("no such value")));
    }
    if schema["format"] == "date" || schema["format"] == "date-time" {
        values.push(("format", json!("20261201")));
        values.push(("format", json!("-000001-12-01T10:00:00Z")));
    }
    values
}

#[tokio::test]
async fn body_that_breaks_a_documented_bound_is_refused() {
    let app = TestApp::start_with(&[
        ("TICKETING_WEBHOOK_SECRET", TICKETING_SECRET),
        ("RATE_LIMITS", "read=100000/60,write=100000/60,login=100000/60,code=100000/60,scan=100000/60,admin=100000/60"),
    ])
    .await;
    assert_eq!(organise(&app, "POST", "").json(&conference("ibw-2026")).send().await.status, 201);
    let user = app.login(&Person::new(1)).await;
    let (mut tried, mut accepted) = (0, Vec::new());
    for operation in operations(&app) {
        let (Some(schema), Some(example)) = (operation.body_schema(), operation.body()) else { continue };
        // What Telegram signs is not ours to bound.
        if operation.template.contains("/auth/login") || operation.template.contains("/telegram/") {
            continue;
        }
        for Broken { keyword, pointer, body } in broken(&operation, schema, "", &example) {
            let answer = operation.request(&app, &user, None, Some(&body)).send().await;
            // Some numbers and lengths are rules of what is changed, which does not exist here.
            let is_rule = ["minimum", "maximum", "maxItems"].contains(&keyword) && operation.template.contains("/{id}");
            let is_refused = answer.error() == (400, "INVALID_BODY") || answer.error() == (422, "MEDIA_TOO_LARGE");
            if !(is_refused || is_rule && answer.status == 404) {
                let (method, template) = (&operation.method, &operation.template);
                accepted
                    .push(format!("{method} {template}: {keyword} of {pointer}: {} {}", answer.status, answer.text));
            }
            tried += 1;
        }
    }
    assert!(accepted.is_empty(), "not refused:\n{}", accepted.join("\n"));
    assert!(tried > 200, "only {tried} bounds were found");
}

/// Texts that the schema of a query parameter refuses.
fn texts(operation: &Operation, schema: &Value) -> Vec<String> {
    let values = values(operation, schema).into_iter();
    let text = |(_, value): (_, Value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut texts: Vec<String> = values.map(text).collect();
    // What programs write for a flag. A schema that allows it has no bad flags.
    let flags: &[&str] = match (schema["type"].as_str(), schema["enum"].is_array()) {
        (Some("boolean"), _) => &["1", "yes", "True", ""],
        (_, true) => &["true", "false", "yes", "TRUE", ""],
        _ => &[],
    };
    texts.extend(flags.iter().map(|flag| (*flag).to_owned()));
    texts
}

#[tokio::test]
async fn query_parameter_that_breaks_a_documented_bound_is_refused() {
    let app = TestApp::start().await;
    let user = app.login(&Person::new(1)).await;
    let (mut tried, mut accepted) = (0, Vec::new());
    for operation in operations(&app) {
        for (name, schema) in operation.query_schemas() {
            for text in texts(&operation, schema) {
                let answer = operation.request(&app, &user, Some((name, &text)), None).send().await;
                if answer.error() != (400, "INVALID_REQUEST") {
                    let (method, template) = (&operation.method, &operation.template);
                    accepted.push(format!("{method} {template}: {name}={text}: {} {}", answer.status, answer.text));
                }
                tried += 1;
            }
        }
    }
    assert!(accepted.is_empty(), "not refused:\n{}", accepted.join("\n"));
    assert!(tried > 50, "only {tried} bounds were found");
}
