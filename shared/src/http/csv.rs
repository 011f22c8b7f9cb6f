//! Files of comma-separated values as answers.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// The answer with a file named `name`.
pub fn csv_file(name: &str, csv: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    ([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, &disposition)], csv).into_response()
}
