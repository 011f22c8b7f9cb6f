//! Errors for a body or query that serde refuses.

use crate::error::{ApiError, Code};

/// The error for a body or query that serde refuses, with the field.
pub(super) fn misread(
    code: Code,
    part: &str,
    summary: &'static str,
    error: &serde_path_to_error::Error<impl std::fmt::Display>,
) -> ApiError {
    let path = error.path().to_string();
    let field = if path == "." { part.to_owned() } else { path };
    // The field already says where, so the parser's line and column are cut off.
    let message = error.inner().to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    ApiError::new(code, summary).detail(field, message)
}
