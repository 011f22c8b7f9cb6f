//! JSON: an array of objects. Their members have the names of CSV columns.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::table::{RawRow, Table, clean};
use crate::attendees::import::{Refusal, RefusalReason};

/// The rows: one for each object. Each may have members that others lack.
pub(super) fn table(text: &str) -> Result<Table, Refusal> {
    let values: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(|error| {
        // Without serde's message, as it may quote a name.
        let place = format!("the error is at line {}, column {}", error.line(), error.column());
        Refusal::new(RefusalReason::Malformed, format!("The file is not a valid JSON array of objects: {place}."))
    })?;
    let (mut table, mut places) = (Table::default(), HashMap::new());
    for value in values {
        let mut row = RawRow::default();
        match serde_json::from_str(value.get()) {
            Ok(Members(members)) => {
                let mut seen = HashSet::new();
                for (name, value) in members {
                    if !seen.insert(name.clone()) {
                        row.problem("has a member twice");
                    }
                    let place = *places.entry(name).or_insert_with_key(|name| {
                        table.names.push(name.clone());
                        table.names.len() - 1
                    });
                    put(&mut row, place, &value);
                }
            }
            Err(_) => row.problem("must be an object"),
        }
        table.push(row)?;
    }
    Ok(table)
}

/// The members of an object as they are written, also those that are there twice.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Puts a value into its place. What is no text is a problem once it is known that the column counts.
fn put(row: &mut RawRow, place: usize, value: &RawValue) {
    row.cells.resize(row.cells.len().max(place + 1), None);
    let text = match serde_json::from_str(value.get()) {
        Ok(Value::Null) => Ok(String::new()),
        Ok(Value::String(text)) => Ok(clean(&text)),
        // Other numbers are not kept digit by digit, and some are larger than any number here.
        Ok(Value::Number(number)) if number.is_u64() || number.is_i64() => Ok(number.to_string()),
        Ok(Value::Number(_)) | Err(_) => Err("must be a text or a whole number of at most 19 digits"),
        Ok(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => Err("must be a text"),
    };
    match text {
        Ok(text) => row.cells[place] = Some(text),
        Err(message) => row.unreadable.push((place, message)),
    }
}
