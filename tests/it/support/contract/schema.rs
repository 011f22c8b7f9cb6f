//! The schemas of an OpenAPI document as JSON Schema: one document for each answer or body, with the components that it
//! uses.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::exchange::Violation;

/// Where OpenAPI keeps schemas that others refer to.
const COMPONENTS: &str = "#/components/schemas/";
/// Where this module puts those that leave unknown members to whoever refers to them.
const OPEN: &str = "#/components/open/";

/// The longest reason that is shown.
const SHOWN: usize = 400;

/// Who wrote the value that a schema describes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// A client. Patterns are not checked: they describe what is stored, and the API normalizes case and spaces before.
    Request,
    /// The API. Members that the schema does not list are refused, so that an undocumented field is found.
    Answer,
}

/// Compiles the schema at a place of the document.
pub(super) fn compile(document: &Value, schema: &Value, side: Side) -> Validator {
    let mut rewriter = Rewriter { side, missing: BTreeSet::new() };
    let mut root = rewriter.rewrite(schema, false);
    let mut done: BTreeMap<String, Value> = BTreeMap::new();
    while let Some(reference) = rewriter.missing.pop_first() {
        let open = reference.starts_with(OPEN);
        let name = reference.rsplit('/').next().unwrap_or_default();
        let component = &document["components"]["schemas"][name];
        let rewritten = rewriter.rewrite(component, open);
        done.insert(reference, rewritten);
        rewriter.missing.retain(|reference| !done.contains_key(reference));
    }
    let under = |prefix: &str| -> Map<String, Value> {
        let named = done.iter().filter_map(|(reference, schema)| Some((reference.strip_prefix(prefix)?, schema)));
        named.map(|(name, schema)| (name.to_owned(), schema.clone())).collect()
    };
    if let Some(root) = root.as_object_mut() {
        root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("components".to_owned(), json!({ "schemas": under(COMPONENTS), "open": under(OPEN) }));
    }
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&root).unwrap_or_else(|error| panic!("not a JSON schema: {error}: {schema}"))
}

/// Violations of a compiled schema.
pub(super) fn violations(validator: &Validator, part: &str, value: &Value) -> Vec<Violation> {
    // A member counts as listed only if the schema that lists it accepts it, so these may follow from other errors.
    let follows =
        |error: &ValidationError<'_>| matches!(error.kind(), ValidationErrorKind::UnevaluatedProperties { .. });
    let (consequences, causes): (Vec<_>, Vec<_>) = validator.iter_errors(value).partition(follows);
    let mut found = Vec::new();
    for error in if causes.is_empty() { &consequences } else { &causes } {
        collect(error, part, &mut found);
    }
    found.dedup();
    found
}

/// Adds what is wrong. Where a value fits no alternative, that is what is wrong in the one that it comes closest to.
fn collect(error: &ValidationError<'_>, part: &str, found: &mut Vec<Violation>) {
    if let ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } = error.kind() {
        let pointer = error.instance_path();
        let of_another_type = |error: &ValidationError<'_>| {
            matches!(error.kind(), ValidationErrorKind::Type { .. }) && error.instance_path() == pointer
        };
        let close = context.iter().filter(|errors| !errors.iter().any(of_another_type));
        if let Some(closest) = close.min_by_key(|errors| errors.len()) {
            return closest.iter().for_each(|error| collect(error, part, found));
        }
    }
    found.push(Violation {
        part: part.to_owned(),
        pointer: error.instance_path().as_str().to_owned(),
        reason: error.masked().to_string().chars().take(SHOWN).collect(),
    });
}

/// Rewrites schemas, and notes the components they need.
struct Rewriter {
    side: Side,
    missing: BTreeSet<String>,
}

impl Rewriter {
    /// A schema whose references name rewritten components. If it is `open`, whoever uses it refuses unlisted members,
    /// because parts of an `allOf` do not know each other's.
    fn rewrite(&mut self, schema: &Value, open: bool) -> Value {
        let Value::Object(keywords) = schema else { return schema.clone() };
        let refuses = self.side == Side::Answer;
        let lists_members = keywords.contains_key("properties");
        let combines = keywords.contains_key("allOf")
            || lists_members && ["$ref", "oneOf", "anyOf"].iter().any(|keyword| keywords.contains_key(*keyword));
        let says =
            ["additionalProperties", "unevaluatedProperties"].iter().any(|keyword| keywords.contains_key(*keyword));
        let parts_open = refuses && (open || combines);
        let mut rewritten: Map<String, Value> = keywords
            .iter()
            .filter(|(keyword, _)| refuses || *keyword != "pattern")
            .map(|(keyword, value)| (keyword.clone(), self.keyword(keyword, value, parts_open)))
            .collect();
        if refuses && !open && !says && (lists_members || combines) {
            let keyword = if combines { "unevaluatedProperties" } else { "additionalProperties" };
            rewritten.insert(keyword.to_owned(), Value::Bool(false));
        }
        Value::Object(rewritten)
    }

    fn keyword(&mut self, keyword: &str, value: &Value, parts_open: bool) -> Value {
        match (keyword, value) {
            ("$ref", Value::String(reference)) => Value::String(self.reference(reference, parts_open)),
            ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => {
                parts.iter().map(|part| self.rewrite(part, parts_open)).collect()
            }
            ("properties" | "patternProperties", Value::Object(members)) => Value::Object(
                members.iter().map(|(name, member)| (name.clone(), self.rewrite(member, false))).collect(),
            ),
            ("prefixItems", Value::Array(items)) => items.iter().map(|item| self.rewrite(item, false)).collect(),
            ("items" | "additionalProperties" | "unevaluatedProperties" | "propertyNames", inner) => {
                self.rewrite(inner, false)
            }
            _ => value.clone(),
        }
    }

    fn reference(&mut self, reference: &str, open: bool) -> String {
        let name = reference.strip_prefix(COMPONENTS).unwrap_or_else(|| panic!("{reference} is no schema's"));
        let rewritten = format!("{}{name}", if open { OPEN } else { COMPONENTS });
        self.missing.insert(rewritten.clone());
        rewritten
    }
}
