//! Schemas by their role. One Rust type may be a request's and an answer's, which differ: an answer has all its
//! members, `null` where there is nothing, and may get more in a later release; a request may leave members out, and
//! unknown ones are refused. So a type with both roles becomes two schemas, of which the request's has the ending
//! `Input`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";

type Schemas = BTreeMap<String, Value>;

/// The schemas of all operations, which are made to refer to those of their role. A schema that was merged into others
/// is left out.
pub(super) fn by_role(paths: &mut BTreeMap<String, BTreeMap<String, Value>>, known: Schemas) -> Schemas {
    let names: BTreeSet<String> = known.keys().cloned().collect();
    let known: Schemas = known
        .into_iter()
        .map(|(name, schema)| {
            let schema = plain(named(&name, schema, &names));
            (name, schema)
        })
        .collect();
    let operations = || paths.values().flat_map(BTreeMap::values);
    let requests = reachable(operations().map(|operation| &operation["requestBody"]), &known);
    let answers = reachable(operations().map(|operation| &operation["responses"]), &known);
    let twofold = twofold(&requests, &answers, &known);
    let renamed = |name: &str| if twofold.contains(name) { format!("{name}Input") } else { name.to_owned() };
    let mut schemas = Schemas::new();
    for (name, schema) in &known {
        if answers.contains(name) {
            schemas.insert(name.clone(), complete(schema.clone(), &known));
        }
        if requests.contains(name) && (twofold.contains(name) || !answers.contains(name)) {
            let mut input = schema.clone();
            refer(&mut input, &renamed);
            if twofold.contains(name) {
                retitle(&mut input);
            }
            schemas.insert(renamed(name), input);
        }
    }
    for operation in paths.values_mut().flat_map(BTreeMap::values_mut) {
        for part in ["parameters", "requestBody", "responses"] {
            if let Some(value) = operation.get_mut(part) {
                *value = plain(value.take());
            }
        }
        refer(&mut operation["requestBody"], &renamed);
        if operation["requestBody"].is_null()
            && let Some(operation) = operation.as_object_mut()
        {
            operation.remove("requestBody");
        }
    }
    let mut parts = Schemas::new();
    schemas.values_mut().for_each(|schema| name_parts(schema, &mut parts));
    schemas.extend(parts);
    let used = reachable(paths.values().flat_map(BTreeMap::values), &schemas);
    schemas.retain(|name, _| used.contains(name));
    schemas
}

/// The names of the schemas that these values refer to, directly or not.
fn reachable<'a>(from: impl Iterator<Item = &'a Value>, known: &Schemas) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut left: Vec<String> = from.flat_map(references).collect();
    while let Some(name) = left.pop() {
        if let Some(schema) = known.get(&name)
            && names.insert(name)
        {
            left.extend(references(schema));
        }
    }
    names
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix(SCHEMAS));
            own.map(str::to_owned).into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Schemas of both roles that differ by role: objects, and what refers to such.
fn twofold(requests: &BTreeSet<String>, answers: &BTreeSet<String>, known: &Schemas) -> BTreeSet<String> {
    let both: BTreeSet<String> = requests.intersection(answers).cloned().collect();
    let mut differ: BTreeSet<String> = both.iter().filter(|name| has_object(&known[*name])).cloned().collect();
    loop {
        let more: Vec<String> = both
            .iter()
            .filter(|name| {
                !differ.contains(*name) && references(&known[*name]).iter().any(|used| differ.contains(used))
            })
            .cloned()
            .collect();
        if more.is_empty() {
            return differ;
        }
        differ.extend(more);
    }
}

fn has_object(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.contains_key("properties") || members.values().any(has_object),
        Value::Array(items) => items.iter().any(has_object),
        _ => false,
    }
}

/// Gives references other names.
fn refer(value: &mut Value, renamed: &impl Fn(&str) -> String) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("$ref")
                && let Some(name) = text.strip_prefix(SCHEMAS)
            {
                *text = format!("{SCHEMAS}{}", renamed(name));
            }
            members.values_mut().for_each(|member| refer(member, renamed));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, renamed)),
        _ => {}
    }
}

/// Gives the parts that have a title of their own the ending of a request, too: generators make a type of each.
fn retitle(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(title)) = members.get_mut("title") {
                title.push_str("Input");
            }
            let schemas = members.iter_mut().filter(|(name, _)| !name.starts_with("example"));
            schemas.for_each(|(_, member)| retitle(member));
        }
        Value::Array(items) => items.iter_mut().for_each(retitle),
        _ => {}
    }
}

/// Makes each alternative that has a title a schema of that name: some generators read a union that contains itself
/// only if its alternatives have names.
fn name_parts(schema: &mut Value, parts: &mut Schemas) {
    match schema {
        Value::Object(members) => {
            for alternative in members.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
                if alternative["type"] == "object"
                    && let Some(Value::String(title)) = alternative.as_object_mut().and_then(|own| own.remove("title"))
                {
                    let reference = json!({"$ref": format!("{SCHEMAS}{title}")});
                    parts.insert(title, std::mem::replace(alternative, reference));
                }
            }
            members.values_mut().for_each(|member| name_parts(member, parts));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| name_parts(item, parts)),
        _ => {}
    }
}

/// A page names its items instead of repeating what they are.
fn named(name: &str, mut schema: Value, names: &BTreeSet<String>) -> Value {
    if let Some(item) = name.strip_prefix("Page_")
        && names.contains(item)
    {
        schema["properties"]["items"]["items"] = json!({"$ref": format!("{SCHEMAS}{item}")});
    }
    schema
}

/// Merges parts into one object, opens it, and requires all its members.
fn complete(schema: Value, known: &Schemas) -> Value {
    match schema {
        Value::Object(members) => {
            let mut members = merged(members, known);
            if let Some(Value::Object(properties)) = members.get("properties") {
                let names: Vec<Value> = properties.keys().map(|name| name.as_str().into()).collect();
                members.insert("required".to_owned(), names.into());
                members.remove("additionalProperties");
            }
            Value::Object(members.into_iter().map(|(name, member)| (name, complete(member, known))).collect())
        }
        Value::Array(items) => items.into_iter().map(|item| complete(item, known)).collect(),
        other => other,
    }
}

/// What a flattened struct becomes: an `allOf`, of which each part would have to allow the members of the others.
fn merged(mut members: Map<String, Value>, known: &Schemas) -> Map<String, Value> {
    let Some(Value::Array(parts)) = members.get("allOf").cloned() else { return members };
    let resolved = parts.into_iter().map(|part| resolve(part, known));
    let objects: Option<Vec<Map<String, Value>>> = resolved
        .map(|part| match part {
            Value::Object(part) if part.contains_key("properties") => Some(part),
            _ => None,
        })
        .collect();
    let Some(objects) = objects else { return members };
    let mut properties = Map::new();
    for part in objects {
        if let Some(Value::Object(own)) = part.get("properties") {
            properties.extend(own.clone());
        }
    }
    members.remove("allOf");
    members.insert("type".to_owned(), "object".into());
    members.insert("properties".to_owned(), properties.into());
    members
}

/// The object that a part is or refers to, itself merged.
fn resolve(part: Value, known: &Schemas) -> Value {
    let referred = part["$ref"].as_str().and_then(|text| known.get(text.strip_prefix(SCHEMAS)?)).cloned();
    match referred.unwrap_or(part) {
        Value::Object(members) => Value::Object(merged(members, known)),
        other => other,
    }
}

/// Without what says nothing: `default: null` is what a missing member means anyway, and no number exceeds 2^53, so
/// `int64` would only make clients use types that JSON cannot carry.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let says = |(name, member): &(String, Value)| {
                !(name == "default" && member.is_null() || name == "format" && *member == "int64")
            };
            Value::Object(members.into_iter().filter(says).map(|(name, member)| (name, plain(member))).collect())
        }
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}
