//! The API's contract: `infra/openapi.json` describes every exchange between a test and a function.
//!
//! [`check`] finds the operation of a request and fails the test if the answer, or the body of a request that
//! succeeded, is not as documented. Which error codes an answer may have is part of its schema, so they are checked
//! with it.

mod document;
mod exchange;
mod schema;

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

pub(crate) use document::Contract;
pub(crate) use exchange::{Exchange, Violation};

/// Names a file. Violations are then added to it, a line each, and fail no test.
const REPORT: &str = "IBW_CONTRACT_REPORT";

static API: LazyLock<Contract> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/openapi.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    Contract::new(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}")))
});

/// The longest part of a body that a failure shows.
const SHOWN: usize = 2_000;

/// Fails the test if the exchange is not as `infra/openapi.json` documents it. Requests without an operation pass:
/// paths that do not exist, other methods, preflights, and routes that a test made for itself.
pub(crate) fn check(exchange: &Exchange) {
    if let Some(text) = difference(exchange) {
        panic!("{text}");
    }
}

/// The actions under which the audit may have what a request does.
pub(crate) fn audit_actions(exchange: &Exchange) -> Vec<String> {
    let operation = API.operation(&exchange.method, &exchange.path);
    operation.map(|operation| API.audit_actions(&operation)).unwrap_or_default()
}

/// What is not as `infra/openapi.json` documents it, as a text that says what to do.
pub(crate) fn difference(exchange: &Exchange) -> Option<String> {
    let operation = API.operation(&exchange.method, &exchange.path)?;
    let violations = API.violations(&operation, exchange);
    if violations.is_empty() {
        return None;
    }
    if let Ok(file) = std::env::var(REPORT) {
        report(&file, &operation.id, exchange.status, &violations);
        return None;
    }
    let mut text = format!(
        "{} ({} {}) answered {}, and `infra/openapi.json` does not allow this:\n",
        operation.id, exchange.method, operation.template, exchange.status
    );
    for violation in &violations {
        writeln!(text, "  {violation}").expect("text takes everything");
    }
    let shown: String = String::from_utf8_lossy(&exchange.plain_answer()).chars().take(SHOWN).collect();
    Some(format!(
        "{text}Correct the code or its description; `make openapi` writes the document again.\nThe answer: {shown}"
    ))
}

/// Adds lines to a file that many test processes write. Indices and map keys are left out, so that equal faults are
/// equal lines.
fn report(file: &str, operation: &str, status: u16, violations: &[Violation]) {
    let lines: String =
        violations.iter().map(|violation| format!("{operation} {status} {}\n", violation.general())).collect();
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).expect("a file for the report");
    file.write_all(lines.as_bytes()).expect("a file that takes the report");
}
