//! The page that shows the OpenAPI document and tries requests out. It is one file, built by `infra/docs-ui/build`, and
//! loads nothing but the document.

use std::io::Read;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::{
    CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use flate2::read::GzDecoder;
use ibw::error::ApiError;
use ibw::http::accepts_gzip;

/// The page, compressed.
const PAGE: &[u8] = include_bytes!("../page/docs.html.gz");
/// With this policy the browser runs only what the page contains.
const POLICY: &str = include_str!("../page/content-security-policy.txt");

/// Read this API description as a web page.
#[utoipa::path(
    get, path = "/api/v1/docs", operation_id = "get_docs", tag = "docs",
    responses((status = 200, body = String, content_type = "text/html")),
)]
pub(crate) async fn page(headers: HeaderMap) -> Result<impl IntoResponse, ApiError> {
    let about = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    if accepts_gzip(&headers) {
        return Ok((about, [(CONTENT_ENCODING, "gzip")], Bytes::from_static(PAGE)).into_response());
    }
    let mut page = Vec::new();
    GzDecoder::new(PAGE).read_to_end(&mut page).map_err(ApiError::internal)?;
    Ok((about, page).into_response())
}
