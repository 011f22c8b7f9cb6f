//! The file of a schedule, as JSON.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use utoipa::ToSchema;

/// A file. Some programs write a room twice under one name: if a key is repeated, its lists are joined. Of other
/// repeated values the last counts.
#[derive(Clone, Debug, PartialEq, ToSchema)]
#[schema(as = AgendaScheduleFile, value_type = Object)]
pub struct File(Value);

impl File {
    /// The JSON value.
    pub const fn json(&self) -> &Value {
        &self.0
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson).map(Self)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(File(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, File(value))) = object.next_entry::<String, _>()? {
            match (members.get_mut(&name), value) {
                (Some(Value::Array(before)), Value::Array(more)) => before.extend(more),
                (_, value) => {
                    members.insert(name, value);
                }
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn file_is_read_as_it_is_and_lists_of_one_name_are_joined() {
        let text = r#"{"a": [1, -2, 0.5], "b": "x", "c": {"d": null, "e": true}, "a": ["y"], "b": "z"}"#;
        let File(file) = serde_json::from_str(text).unwrap();
        assert_eq!(file, json!({"a": [1, -2, 0.5, "y"], "b": "z", "c": {"d": null, "e": true}}));
    }
}
