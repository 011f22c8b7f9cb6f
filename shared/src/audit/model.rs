//! Entries of the audit, and what they say of a change.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::random::Random;
use crate::time::Time;

crate::id!(
    /// An entry of the audit.
    AuditId,
    "aud"
);

/// Fields that change with every write, and so say nothing.
const BOOKKEEPING: [&str; 3] = ["version", "created_at", "updated_at"];

/// Who acts, in which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The name as in logs: `usr_…`, `key_…`, `bootstrap`, or `operator` of a command outside the API.
    pub name: String,
    /// Id of the request.
    pub request_id: String,
}

/// What a write changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The names of all changed fields.
    pub fields: BTreeSet<String>,
    /// Old values of fields that may be shown.
    pub old: BTreeMap<String, Value>,
    /// New values of fields that may be shown.
    pub new: BTreeMap<String, Value>,
}

impl Changes {
    /// The fields in which two versions of a thing differ; `None` where it does not exist. Values are kept only of the
    /// fields in `shown`. None of these may be personal.
    pub fn between<T: Serialize>(old: Option<&T>, new: Option<&T>, shown: &[&str]) -> Self {
        let (old, new) = (fields(old), fields(new));
        let names = old.keys().chain(new.keys()).filter(|name| !BOOKKEEPING.contains(&name.as_str()));
        let changed: BTreeSet<String> = names.filter(|name| old.get(*name) != new.get(*name)).cloned().collect();
        let values = |of: &BTreeMap<String, Value>| {
            let kept = of.iter().filter(|(name, _)| changed.contains(*name) && shown.contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        Self { old: values(&old), new: values(&new), fields: changed }
    }
}

/// The fields of a thing that have a value.
fn fields<T: Serialize>(thing: Option<&T>) -> BTreeMap<String, Value> {
    match thing.map(serde_json::to_value) {
        Some(Ok(Value::Object(fields))) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => BTreeMap::new(),
    }
}

/// That somebody did something to an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Id. It holds the time.
    pub id: AuditId,
    /// Time of the act.
    pub at: Time,
    /// The actor's name.
    pub actor: String,
    /// Stable name of the act, such as `conference.update`.
    pub action: String,
    /// The object's path in the API, such as `conferences/ibw-2026`.
    pub object: String,
    /// Id of the request.
    pub request_id: String,
    /// What changed.
    #[serde(flatten)]
    pub changes: Changes,
}

impl AuditEntry {
    /// An entry that is written with its act.
    pub fn new(actor: &Actor, action: &str, object: String, changes: Changes, now: Time, random: &Random) -> Self {
        Self {
            id: AuditId::generate(now, random),
            at: now,
            actor: actor.name.clone(),
            action: action.to_owned(),
            object,
            request_id: actor.request_id.clone(),
            changes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn changes_name_all_fields_and_show_values_of_some() {
        let old = json!({"name": "Asha", "city": "Pune", "size": 1, "same": true, "version": 1, "gone": null});
        let new = json!({"name": "Ravi", "size": 2, "same": true, "version": 2});
        let changes = Changes::between(Some(&old), Some(&new), &["size", "same", "city"]);
        assert_eq!(changes.fields.iter().collect::<Vec<_>>(), ["city", "name", "size"]);
        assert_eq!(json!(changes.old), json!({"city": "Pune", "size": 1}));
        assert_eq!(json!(changes.new), json!({"size": 2}));
        let made = Changes::between(None, Some(&new), &[]);
        assert_eq!((made.fields.len(), made.old.len(), made.new.len()), (3, 0, 0));
    }
}
