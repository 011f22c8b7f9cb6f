//! The check of answers against the OpenAPI document: it finds what differs, and nothing else.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::support::contract::{Contract, Exchange};

/// A document with one operation for each way to describe an answer.
fn contract() -> Contract {
    let answer = |schema: Value| json!({"content": {"application/json": {"schema": schema}}});
    let named = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let error = |codes: &[&str]| json!({"allOf": [named("Problem"), {"properties": {"code": {"enum": codes}}}]});
    let cat = json!({"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"},
        "born": {"type": "string", "format": "date"},
        "owner": {"oneOf": [named("Owner"), {"type": "null"}]},
        "notes": {"type": "object"},
        "weights": {"type": "object", "additionalProperties": {"type": "integer"}},
    }});
    Contract::new(json!({
        "paths": {
            "/cats/{id}": {
                "get": {"operationId": "get_cat", "responses": {
                    "200": answer(named("Cat")),
                    "304": {"headers": {"ETag": {"required": true, "schema": {"type": "string"}}}},
                    "404": answer(error(&["NOT_FOUND"])),
                    "429": {"x-error-codes": ["RATE_LIMITED"],
                        "content": {"application/json": {"schema": named("Problem")}}},
                    "4XX": answer(error(&["CAT_ASLEEP", "CAT_AWAY"])),
                    "default": {"$ref": "#/components/responses/Problem"},
                }},
                "put": {"operationId": "put_cat",
                    "requestBody": {"required": true, "content": {"application/json": {"schema": named("NewCat")}}},
                    "responses": {"200": answer(named("StrayCat")), "400": answer(named("Problem"))}},
            },
            "/cats/mine": {"get": {"operationId": "get_my_cat", "responses": {"200": answer(named("OwnCat"))}}},
        },
        "components": {
            "responses": {"Problem": {
                "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}},
                "content": {"application/json": {"schema": named("Problem")}},
            }},
            "schemas": {
                "Cat": cat,
                "Owner": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
                "NewCat": {"additionalProperties": false, "properties": {"name": {"type": "string"}}},
                "OwnCat": {"allOf": [named("Cat"), {"required": ["since"], "properties": {"since": {"type": "integer"}}}]},
                "StrayCat": {"oneOf": [named("Cat"), named("Owner")]},
                "Problem": {"required": ["code"], "properties": {"code": {"type": "string"}}},
            },
        },
    }))
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::try_from(*name).expect("a name"), HeaderValue::from_str(value).expect("a value"))
    };
    pairs.iter().map(pair).collect()
}

const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

/// A request without a body, and its answer.
fn got(path: &str, status: u16, answer_headers: &[(&str, &str)], body: &str) -> Vec<String> {
    violations(Exchange::begin(Method::GET, path, &HeaderMap::new(), b"").answered(
        status,
        &headers(answer_headers),
        body.as_bytes(),
    ))
}

fn violations(exchange: Exchange) -> Vec<String> {
    let contract = contract();
    let operation = contract.operation(&exchange.method, &exchange.path).expect("an operation");
    contract.violations(&operation, &exchange).iter().map(ToString::to_string).collect()
}

fn json_answer(path: &str, status: u16, body: &Value) -> Vec<String> {
    got(path, status, &[JSON], &body.to_string())
}

#[test]
fn operation_is_found_by_method_and_the_path_with_fewer_parameters() {
    let contract = contract();
    let id = |method, path| contract.operation(&method, path).map(|operation| operation.id);
    assert_eq!(id(Method::GET, "/cats/7").as_deref(), Some("get_cat"));
    assert_eq!(id(Method::PUT, "/cats/7").as_deref(), Some("put_cat"));
    assert_eq!(id(Method::GET, "/cats/mine").as_deref(), Some("get_my_cat"));
    for (method, path) in [
        (Method::GET, "/cats"),
        (Method::GET, "/cats/"),
        (Method::GET, "/cats/7/"),
        (Method::GET, "/dogs/7"),
        (Method::DELETE, "/cats/7"),
        (Method::OPTIONS, "/cats/7"),
    ] {
        assert_eq!(id(method.clone(), path), None, "{method} {path}");
    }
}

#[test]
fn answer_as_documented_passes() {
    let all =
        json!({"name": "Mia", "born": "2026-11-22", "owner": {"id": 1}, "notes": {"any": 1}, "weights": {"May": 4}});
    assert_eq!(json_answer("/cats/7", 200, &all), [""; 0]);
    assert_eq!(json_answer("/cats/7", 200, &json!({"name": "Mia", "owner": null})), [""; 0]);
    assert_eq!(json_answer("/cats/mine", 200, &json!({"name": "Mia", "owner": {"id": 1}, "since": 2020})), [""; 0]);
    assert_eq!(got("/cats/7", 304, &[("etag", "\"1\"")], ""), [""; 0]);
}

#[test]
fn value_that_its_schema_refuses_is_named_with_its_place() {
    assert_eq!(json_answer("/cats/7", 200, &json!({})), [r#"answer /: "name" is a required property"#]);
    assert_eq!(
        json_answer("/cats/7", 200, &json!({"name": 7, "weights": {"May": "4 kg"}, "born": "yesterday"})),
        [
            r#"answer /born: value is not a "date""#,
            r#"answer /name: value is not of type "string""#,
            r#"answer /weights/May: value is not of type "integer""#,
        ]
    );
}

#[test]
fn alternative_that_the_value_comes_closest_to_says_what_is_wrong() {
    assert_eq!(
        json_answer("/cats/7", 200, &json!({"name": "Mia", "owner": {}})),
        [r#"answer /owner: "id" is a required property"#]
    );
}

#[test]
fn member_that_an_answer_does_not_list_is_refused_at_every_depth() {
    let unlisted =
        |place: &str| [format!("answer {place}: Additional properties are not allowed ('x' was unexpected)")];
    assert_eq!(json_answer("/cats/7", 200, &json!({"name": "Mia", "x": 1})), unlisted("/"));
    assert_eq!(json_answer("/cats/7", 200, &json!({"name": "Mia", "owner": {"id": 1, "x": 1}})), unlisted("/owner"));
    assert_eq!(
        json_answer("/cats/mine", 200, &json!({"name": "Mia", "since": 1, "x": 1})),
        ["answer /: Unevaluated properties are not allowed ('x' was unexpected)"]
    );
    assert_eq!(
        json_answer("/cats/mine", 200, &json!({"name": "Mia", "since": 1, "owner": {"id": 1, "x": 1}})),
        unlisted("/owner")
    );
}

#[test]
fn code_that_is_not_documented_for_the_status_is_refused() {
    assert_eq!(json_answer("/cats/7", 404, &json!({"code": "NOT_FOUND"})), [""; 0]);
    assert_eq!(json_answer("/cats/7", 409, &json!({"code": "CAT_ASLEEP"})), [""; 0]);
    assert_eq!(
        json_answer("/cats/7", 404, &json!({"code": "CAT_ASLEEP"})),
        [r#"answer /code: value is not one of "NOT_FOUND""#]
    );
    assert_eq!(
        json_answer("/cats/7", 409, &json!({"code": "NOT_FOUND"})),
        [r#"answer /code: value is not one of "CAT_ASLEEP" or "CAT_AWAY""#]
    );
    assert_eq!(json_answer("/cats/7", 429, &json!({"code": "RATE_LIMITED"})), [""; 0]);
    assert_eq!(
        json_answer("/cats/7", 429, &json!({"code": "CAT_AWAY"})),
        [r#"answer /code: "CAT_AWAY" is not among the documented ["RATE_LIMITED"]"#]
    );
    // By `default`, any.
    assert_eq!(json_answer("/cats/7", 503, &json!({"code": "UNAVAILABLE"})), [""; 0]);
}

#[test]
fn status_content_type_or_body_that_is_not_documented_is_refused() {
    assert_eq!(
        json_answer("/cats/mine", 404, &json!({"code": "NOT_FOUND"})),
        ["answer /: the status is not documented"]
    );
    assert_eq!(
        got("/cats/7", 200, &[("content-type", "text/plain")], "Mia"),
        ["answer /: the content type `text/plain` is not documented"]
    );
    assert_eq!(got("/cats/7", 200, &[], ""), ["answer /: it has no body, and one is documented"]);
    assert_eq!(got("/cats/7", 304, &[JSON, ("etag", "1")], "{}"), ["answer /: it has a body, and none is documented"]);
    assert_eq!(got("/cats/7", 200, &[JSON], "Mia"), ["answer /: it is not JSON: expected value at line 1 column 1"]);
}

#[test]
fn header_that_is_required_or_has_a_schema_is_checked() {
    let problem = r#"{"code": "UNAVAILABLE"}"#;
    assert_eq!(got("/cats/7", 304, &[], ""), ["header ETag /: it is required and absent"]);
    assert_eq!(got("/cats/7", 503, &[JSON, ("retry-after", "1")], problem), [""; 0]);
    assert_eq!(
        got("/cats/7", 503, &[JSON, ("retry-after", "soon")], problem),
        [r#"header Retry-After /: value is not of type "integer""#]
    );
    assert_eq!(
        got("/cats/7", 503, &[JSON, ("retry-after", "0")], problem),
        ["header Retry-After /: value is less than the minimum of 1"]
    );
}

#[test]
fn compressed_answer_is_read() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, br#"{"name": 7}"#).expect("memory");
    let body = encoder.finish().expect("memory");
    let begun = Exchange::begin(Method::GET, "/cats/7", &HeaderMap::new(), b"");
    let exchange = begun.answered(200, &headers(&[JSON, ("content-encoding", "gzip")]), &body);
    assert_eq!(violations(exchange), [r#"answer /name: value is not of type "string""#]);
}

#[test]
fn request_that_was_accepted_must_be_documented_and_a_refused_one_need_not() {
    let put = |sent_type: &str, sent: &str, status: u16, answer: Value| {
        let sent_headers = headers(&[("content-type", sent_type)]);
        let begun = Exchange::begin(Method::PUT, "/cats/7", &sent_headers, sent.as_bytes());
        violations(begun.answered(status, &headers(&[JSON]), answer.to_string().as_bytes()))
    };
    let cat = || json!({"name": "Mia"});
    let problem = || json!({"code": "INVALID_BODY"});
    assert_eq!(put("application/json", r#"{"name": "Mia"}"#, 200, cat()), [""; 0]);
    assert_eq!(
        put("application/json", r#"{"nmae": "Mia"}"#, 200, cat()),
        ["request /: Additional properties are not allowed ('nmae' was unexpected)"]
    );
    assert_eq!(put("text/plain", "Mia", 200, cat()), ["request /: the content type `text/plain` is not documented"]);
    assert_eq!(put("application/json", "", 200, cat()), ["request /: the body is required, and was accepted without"]);
    for (sent_type, sent) in [("application/json", r#"{"nmae": 7}"#), ("text/plain", "Mia"), ("application/json", "")] {
        assert_eq!(put(sent_type, sent, 400, problem()), [""; 0], "{sent}");
    }
}

#[test]
fn indices_are_left_out_of_what_is_compared_between_runs() {
    let schema = json!({"type": "array", "items": {"type": "array", "items": {"type": "string"}}});
    let contract = Contract::new(json!({"paths": {"/": {"get": {"operationId": "list", "responses": {"200": {
        "content": {"application/json": {"schema": schema}}}}}}}}));
    let operation = contract.operation(&Method::GET, "/").expect("an operation");
    let begun = Exchange::begin(Method::GET, "/", &HeaderMap::new(), b"");
    let exchange = begun.answered(200, &headers(&[JSON]), br#"[[], ["a", 7]]"#);
    let found = contract.violations(&operation, &exchange);
    let texts: Vec<_> = found.iter().map(|violation| (violation.to_string(), violation.general())).collect();
    let reason = r#"value is not of type "string""#;
    assert_eq!(texts, [(format!("answer /1/1: {reason}"), format!("answer /*/*: {reason}"))]);
}
