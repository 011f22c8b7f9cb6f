//! JSON: an array of objects. Their members have the names of CSV columns.

use std::collections::HashMap;

use serde_json::Value;

use super::table::{RawRow, Table, clean};
use crate::attendees::import::{Refusal, RefusalReason};

/// The rows: one for each object. Each may have members that others lack.
pub(super) fn table(text: &str) -> Result<Table, Refusal> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| {
        // Without serde's message, as it may quote a name.
        let place = format!("the error is at line {}, column {}", error.line(), error.column());
        Refusal::new(RefusalReason::Malformed, format!("The file is not a valid JSON array of objects: {place}."))
    })?;
    let (mut table, mut places) = (Table::default(), HashMap::new());
    for value in values {
        let mut row = RawRow::default();
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let place = *places.entry(name).or_insert_with_key(|name| {
                        table.names.push(name.clone());
                        table.names.len() - 1
                    });
                    put(&mut row, place, &value);
                }
            }
            _ => row.problem("must be an object"),
        }
        table.push(row)?;
    }
    Ok(table)
}

/// Puts a value into its place. What is no text is a problem once it is known that the column counts.
fn put(row: &mut RawRow, place: usize, value: &Value) {
    row.cells.resize(row.cells.len().max(place + 1), None);
    let text = match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(clean(text)),
        // Other numbers are not kept digit by digit.
        Value::Number(number) if number.is_u64() || number.is_i64() => Ok(number.to_string()),
        Value::Number(_) => Err("must be a text or a whole number of at most 19 digits"),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err("must be a text"),
    };
    match text {
        Ok(text) => row.cells[place] = Some(text),
        Err(message) => row.unreadable.push((place, message)),
    }
}
