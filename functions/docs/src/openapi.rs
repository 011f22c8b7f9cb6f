//! The OpenAPI document.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

/// The document of all functions, as `make openapi` wrote it: a test keeps it from being stale.
pub(crate) const DOCUMENT: &str = include_str!("../../../infra/openapi.json");

/// Get this document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", operation_id = "get_openapi", tag = "docs",
    responses((status = 200, body = serde_json::Value, description = "An OpenAPI 3.1 document.")),
)]
pub(crate) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")], DOCUMENT)
}
