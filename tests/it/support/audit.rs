//! The audit as tests compare it.

use serde_json::{Map, Value, json};

use crate::support::app::TestApp;

/// The entries, by action: `actor`, `action`, `object`, `fields`, `old` and `new`, without DynamoDB's types.
pub(crate) fn audit(app: &TestApp) -> Vec<Value> {
    let shown = ["actor", "action", "object", "fields", "old", "new"];
    let entry =
        |item: Value| -> Value { shown.map(|name| (name.to_owned(), plain(&item[name]))).into_iter().collect() };
    let mut entries: Vec<Value> = app.database.items("audit").into_iter().map(entry).collect();
    entries.sort_by_key(|entry| format!("{}", entry["action"]));
    entries
}

/// The one entry of an action.
pub(crate) fn audit_of(app: &TestApp, action: &str) -> Value {
    let mut found: Vec<Value> = audit(app).into_iter().filter(|entry| entry["action"] == action).collect();
    assert_eq!(found.len(), 1, "{action}: {found:?}");
    found.remove(0)
}

/// How many entries each action has.
pub(crate) fn audited_actions(app: &TestApp) -> Value {
    let mut counts = Map::new();
    for entry in audit(app) {
        let count = counts.entry(entry["action"].as_str().expect("an action")).or_insert(json!(0));
        *count = json!(count.as_u64().expect("a number") + 1);
    }
    counts.into()
}

/// That no entry has one of these values, in capitals or not.
pub(crate) fn assert_audit_is_silent_about(app: &TestApp, values: &[&str]) {
    let entries = Value::from(app.database.items("audit")).to_string().to_lowercase();
    assert!(entries.len() > 2, "there are entries");
    for value in values {
        assert!(!entries.contains(&value.to_lowercase()), "{value} is in {entries}");
    }
}

/// A value of an item.
fn plain(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|typed| typed.iter().next()) else { return Value::Null };
    match kind.as_str() {
        "N" => serde_json::from_str(inner.as_str().expect("a number")).expect("a number"),
        "L" => inner.as_array().expect("a list").iter().map(plain).collect(),
        "M" => inner.as_object().expect("a map").iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        "NULL" => Value::Null,
        _ => inner.clone(),
    }
}
