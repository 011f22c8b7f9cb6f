//! What the roles of schemas make of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::schemas::by_role;

fn operation(request: &str, answer: &str) -> BTreeMap<String, BTreeMap<String, Value>> {
    let content =
        |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let operation = json!({
        "requestBody": {"content": content(request)},
        "responses": {"200": {"content": content(answer)}},
    });
    BTreeMap::from([("/a".to_owned(), BTreeMap::from([("post".to_owned(), operation)]))])
}

#[test]
fn type_of_both_roles_becomes_two_schemas() {
    let badge = json!({
        "type": "object", "additionalProperties": false, "required": ["name"],
        "properties": {"name": {"type": "string"}, "size": {"type": ["integer", "null"], "format": "int64", "default": null}},
    });
    let mut paths = operation("Badge", "Badge");
    let schemas = by_role(&mut paths, BTreeMap::from([("Badge".to_owned(), badge)]));
    assert_eq!(schemas["BadgeInput"]["required"], json!(["name"]));
    assert_eq!(schemas["BadgeInput"]["additionalProperties"], false);
    assert_eq!(schemas["Badge"]["required"], json!(["name", "size"]));
    assert!(schemas["Badge"]["additionalProperties"].is_null());
    assert_eq!(schemas["Badge"]["properties"]["size"], json!({"type": ["integer", "null"]}));
    let body = &paths["/a"]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(body, "#/components/schemas/BadgeInput");
}

#[test]
fn answer_with_flattened_parts_is_one_open_object() {
    let details = json!({"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string"}}});
    let badge = json!({"allOf": [
        {"$ref": "#/components/schemas/Details"},
        {"type": "object", "properties": {"id": {"type": "string"}}},
    ]});
    let known = BTreeMap::from([("Badge".to_owned(), badge), ("Details".to_owned(), details)]);
    let schemas = by_role(&mut operation("Details", "Badge"), known);
    assert_eq!(
        schemas["Badge"],
        json!({
            "type": "object", "required": ["id", "name"],
            "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
        })
    );
    assert!(!schemas.contains_key("Details"), "no operation refers to it any more");
}

#[test]
fn alternatives_with_a_title_are_schemas_and_have_another_title_in_the_request() {
    let badge = json!({"oneOf": [
        {"title": "PaperBadge", "type": "object", "properties": {"title": {"type": "string"}}, "example": {"title": "Ms"}},
    ]});
    let schemas = by_role(&mut operation("Badge", "Badge"), BTreeMap::from([("Badge".to_owned(), badge)]));
    assert_eq!(schemas["Badge"]["oneOf"], json!([{"$ref": "#/components/schemas/PaperBadge"}]));
    assert_eq!(schemas["BadgeInput"]["oneOf"], json!([{"$ref": "#/components/schemas/PaperBadgeInput"}]));
    let input = &schemas["PaperBadgeInput"];
    assert_eq!((&input["example"]["title"], &input["properties"]["title"]), (&json!("Ms"), &json!({"type": "string"})));
}

#[test]
fn retry_after_is_documented_where_a_code_sends_it() {
    use crate::error::Code;
    let retry_after = |codes: &[Code]| super::operations::failure(codes)["headers"]["Retry-After"].clone();
    assert_eq!(retry_after(&[Code::VERSION_CONFLICT]), Value::Null);
    assert_eq!(retry_after(&[Code::RATE_LIMITED]), json!({"$ref": "#/components/headers/Retry-After"}));
    assert_eq!(
        retry_after(&[Code::VERSION_CONFLICT, Code::IDEMPOTENCY_IN_FLIGHT])["description"],
        "Seconds to wait before the next request. Only with `IDEMPOTENCY_IN_FLIGHT`."
    );
}
