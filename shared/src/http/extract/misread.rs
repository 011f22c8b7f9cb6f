//! What is said of a body or query that serde does not take.

use crate::error::{ApiError, Code};

/// The error of a body or query that serde does not take, with the field where it stopped.
pub(super) fn misread(
    code: Code,
    part: &str,
    summary: &'static str,
    error: &serde_path_to_error::Error<impl std::fmt::Display>,
) -> ApiError {
    let path = error.path().to_string();
    let field = if path == "." { part.to_owned() } else { path };
    // The field says where; the parser's line and column say it again.
    let message = error.inner().to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    ApiError::new(code, summary).detail(field, message)
}
