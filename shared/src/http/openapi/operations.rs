//! One operation of the document: its annotation, with what its extractors, its properties and the middleware add.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::error::Code;
use crate::http::cache::{NO_STORE, PRIVATE, PUBLIC};
use crate::http::describe::Described;
use crate::http::properties::Properties;

/// Codes that every operation can answer.
const ALWAYS: [Code; 2] = [Code::INTERNAL_ERROR, Code::UNAVAILABLE];
/// Codes that a change with an `Idempotency-Key` can answer.
const REPEATED: [Code; 6] = [
    Code::IDEMPOTENCY_IN_FLIGHT,
    Code::IDEMPOTENCY_KEY_REUSED,
    Code::IDEMPOTENCY_RIGHT_LOST,
    Code::INVALID_IDEMPOTENCY_KEY,
    // The body is read before the handler asks for it.
    Code::PAYLOAD_TOO_LARGE,
    Code::UNSUPPORTED_MEDIA_TYPE,
];

/// The complete operation.
pub(super) fn complete(described: &Described, properties: &Properties, method: &Method) -> Value {
    let repeatable = is_repeatable(properties, method);
    let mut operation = json!(described.operation);
    if repeatable {
        add_parameter(&mut operation, idempotency_key());
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        for (status, response) in responses.iter_mut() {
            describe_status(status, response);
            response["headers"]["Cache-Control"] = cache_control(described, properties, method, response);
        }
        for (status, codes) in by_status(codes(described, properties, method)) {
            responses.insert(status, failure(&codes));
        }
        for response in responses.values_mut() {
            common_headers(response, is_counted(properties), repeatable);
        }
    }
    if let Some(audit) = properties.audit.filter(|_| !method.is_safe()) {
        operation["x-audit-action"] = audit.action.into();
        if audit.unless_own {
            operation["x-audit-unless-own"] = true.into();
        }
        if let Some(action) = audit.or {
            operation["x-audit-other-action"] = action.into();
        }
    }
    if *method == Method::HEAD {
        without_bodies(&mut operation);
    }
    operation
}

/// Makes the operation of `GET` that of `HEAD`.
fn without_bodies(operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    operation["operationId"] = format!("head_{id}").into();
    operation["summary"] = "Get the headers of the answer to `GET`.".into();
    if let Some(members) = operation.as_object_mut() {
        members.remove("description");
    }
    for response in operation["responses"].as_object_mut().into_iter().flat_map(|responses| responses.values_mut()) {
        if let Some(members) = response.as_object_mut() {
            members.remove("content");
        }
    }
}

/// The codes that an operation can answer.
pub(super) fn codes(described: &Described, properties: &Properties, method: &Method) -> BTreeSet<Code> {
    let mut codes: BTreeSet<Code> = described.codes.iter().chain(properties.errors).chain(&ALWAYS).copied().collect();
    if is_repeatable(properties, method) {
        codes.extend(REPEATED);
    }
    if is_counted(properties) {
        codes.insert(Code::RATE_LIMITED);
    }
    codes
}

fn is_repeatable(properties: &Properties, method: &Method) -> bool {
    !method.is_safe() && properties.repeatable
}

/// Webhooks check their own credentials and are not counted; other self-guarded routes are, and say in which class.
const fn is_counted(properties: &Properties) -> bool {
    !properties.self_guarded || properties.rate.is_some()
}

/// What `cache.rs` derives from the request, here derived from the description. Each test compares the two.
fn cache_control(described: &Described, properties: &Properties, method: &Method, response: &Value) -> Value {
    let for_everybody = described.operation.security.as_ref().is_some_and(Vec::is_empty) && !properties.self_guarded;
    match properties.cache {
        Some(policy) => cached(policy, "How long caches keep the answer."),
        None if for_everybody && method.is_safe() => header("CacheForEverybody"),
        None if !response["headers"]["ETag"].is_null() => header("CachePrivate"),
        None => header("CacheNothing"),
    }
}

fn cached(policy: &str, about: &str) -> Value {
    json!({"description": about, "required": true, "schema": {"type": "string", "const": policy}})
}

fn add_parameter(operation: &mut Value, parameter: Value) {
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Unique key for this change, such as a UUID. For 24 hours, a repeated request with the same key changes \
                        nothing and gets the first answer again.",
        "required": false,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    })
}

/// A response needs a description to be valid.
fn describe_status(status: &str, response: &mut Value) {
    if response["description"].as_str().is_none_or(str::is_empty) {
        let reason = status.parse().ok().and_then(|status: StatusCode| status.canonical_reason()).unwrap_or(status);
        response["description"] = reason.into();
    }
}

fn by_status(codes: BTreeSet<Code>) -> BTreeMap<String, Vec<Code>> {
    let mut statuses: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for code in codes {
        statuses.entry(code.status().as_u16().to_string()).or_default().push(code);
    }
    statuses
}

/// A response that is an error with one of these codes.
pub(super) fn failure(codes: &[Code]) -> Value {
    let lines: Vec<String> = codes.iter().map(|code| format!("- `{}`: {}", code.name(), code.about())).collect();
    let retried: Vec<String> =
        codes.iter().filter(|code| code.retry_after().is_some()).map(|code| format!("`{}`", code.name())).collect();
    let mut headers = json!({});
    if !retried.is_empty() {
        headers["Retry-After"] = header("Retry-After");
    }
    if (1..codes.len()).contains(&retried.len()) {
        let about = format!("Seconds to wait before the next request. Only with {}.", retried.join(" or "));
        headers["Retry-After"]["description"] = about.into();
    }
    json!({
        "description": lines.join("\n"),
        "headers": headers,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ApiError"}}},
        "x-error-codes": codes.iter().map(|code| code.name()).collect::<Vec<_>>(),
    })
}

fn common_headers(response: &mut Value, counted: bool, repeatable: bool) {
    let mut names = vec!["X-Request-Id"];
    if counted {
        names.extend(["RateLimit", "RateLimit-Policy"]);
    }
    if repeatable {
        names.push("Idempotency-Replayed");
    }
    for name in names {
        response["headers"][name] = header(name);
    }
}

fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// The headers that many responses have.
pub(super) fn headers() -> Value {
    let text = |about: &str| json!({"description": about, "schema": {"type": "string"}});
    json!({
        "X-Request-Id": text("Id of the request in our logs."),
        "RateLimit": text("Remaining requests and seconds until the limit resets, such as `\"read\";r=119;t=42`. Absent if the request was refused before it was counted."),
        "RateLimit-Policy": text("Class of the limit, number of requests, and seconds of the window, such as `\"read\";q=120;w=60`. Absent if the request was refused before it was counted."),
        "Idempotency-Replayed": text("`true` if this is the answer to an earlier request with the same `Idempotency-Key`."),
        "CacheForEverybody": cached(PUBLIC, "The answer is the same for everybody, so caches keep it for some seconds."),
        "CachePrivate": cached(PRIVATE, "The answer is for one caller, who has to ask with its `ETag` whether it has changed."),
        "CacheNothing": cached(NO_STORE, "The answer is for one caller and is not to be stored."),
        "Retry-After": {"description": "Seconds to wait before the next request.", "schema": {"type": "integer", "minimum": 0}},
    })
}
