//! JSON: an array of objects. Their members have the names of CSV columns.

use serde_json::{Map, Value};

use super::super::import::{MAX_ROWS, Problem, Refusal, RefusalReason};
use super::cells::{Cells, problem};
use super::columns::{Column, Header};
use super::row::{Row, too_many_rows};

/// The rows: one for each object.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, Refusal> {
    let malformed = |message: String| {
        Refusal::new(RefusalReason::Malformed, format!("The file is not a valid JSON array of objects: {message}."))
    };
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| {
        // Without serde's message, as it may quote a name.
        malformed(format!("the error is at line {}, column {}", error.line(), error.column()))
    })?;
    if values.len() > MAX_ROWS {
        return Err(too_many_rows());
    }
    let numbers = 1u32..;
    Ok(numbers.zip(&values).map(|(number, value)| row(number, value)).collect())
}

fn row(number: u32, value: &Value) -> Row {
    let Value::Object(members) = value else {
        let message = "must be an object".to_owned();
        return Cells::default().row(number, vec![Problem { column: None, message }]);
    };
    let names: Vec<&String> = members.keys().collect();
    let (mut cells, mut problems) = (Cells::default(), Vec::new());
    match Header::read(names.iter().map(|name| name.as_str())) {
        Ok(header) => fill(&mut cells, &mut problems, members, &names, &header),
        Err(twice) => problems.push(Problem { column: None, message: twice.message }),
    }
    cells.row(number, problems)
}

fn fill(
    cells: &mut Cells,
    problems: &mut Vec<Problem>,
    members: &Map<String, Value>,
    names: &[&String],
    header: &Header,
) {
    for column in Column::ALL {
        let member = header.place(column).and_then(|place| members.get(*names.get(place)?));
        match member {
            None => {}
            Some(Value::Null) => cells.put(column, ""),
            Some(Value::String(text)) => cells.put(column, text),
            Some(Value::Number(number)) => cells.put(column, &number.to_string()),
            Some(_) => problems.push(problem(column, "must be a text")),
        }
    }
}
