//! Reads JSON as the OpenAPI document describes it. serde alone would fill a struct from an array, by position, and take
//! `{"online": null}` for the enum member `"online"`, at any depth.

mod node;
mod strict;

use serde::de::DeserializeOwned;

use self::node::Node;
use self::strict::Strict;
use super::misread::misread;
use crate::error::{ApiError, Code};

/// Message for a body that does not fit its type. The details name the fields.
const INVALID_BODY: &str = "The request body is invalid.";
/// Levels of a JSON document. The parser alone would accept 128.
const MAX_DEPTH: usize = 32;

/// Reads a JSON object. Each body of the API is one.
pub(super) fn read_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let node: Node = parse(bytes)?;
    if !matches!(node, Node::Object(_)) {
        return Err(no_object());
    }
    serde_path_to_error::deserialize(Strict(&node))
        .map_err(|error| misread(Code::INVALID_BODY, "body", INVALID_BODY, &error))
}

/// Reads a JSON object that another system wrote: its type alone decides what it takes.
pub(super) fn read_foreign<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let is_object = without_mark(bytes).trim_ascii_start().starts_with(b"{");
    if is_object { parse(bytes) } else { Err(no_object()) }
}

fn no_object() -> ApiError {
    ApiError::new(Code::INVALID_BODY, INVALID_BODY).detail("body", "must be an object")
}

/// Some programs begin a file with a byte order mark (RFC 8259 section 8.1).
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if deeper_than(bytes, MAX_DEPTH) {
        let message = format!("The request body is nested deeper than {MAX_DEPTH} levels.");
        return Err(ApiError::new(Code::INVALID_BODY, message));
    }
    let mut reader = serde_json::Deserializer::from_slice(without_mark(bytes));
    let read = serde_path_to_error::deserialize(&mut reader);
    let value = read.map_err(|error| misread(Code::INVALID_BODY, "body", INVALID_BODY, &error))?;
    reader.end().map_err(|_| {
        ApiError::new(Code::INVALID_BODY, "The request body has text after its JSON value. Send one JSON object.")
    })?;
    Ok(value)
}

/// Whether a JSON text opens more brackets than `limit` at once, outside of strings.
fn deeper_than(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
