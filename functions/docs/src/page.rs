//! The page that shows the OpenAPI document and tries requests out. It is one file, built by `infra/docs-ui/build`, and loads
//! nothing but the document.

use std::io::Read;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use flate2::read::GzDecoder;
use ibw::error::ApiError;
use ibw::http::Errors;

/// The page, compressed.
const PAGE: &[u8] = include_bytes!("../page/docs.html.gz");
/// By it the browser runs only what the page contains.
const POLICY: &str = include_str!("../page/content-security-policy.txt");

/// Read this document as a page.
#[utoipa::path(
    get, path = "/api/v1/docs", operation_id = "get_docs", tag = "docs",
    security(()),
    responses((status = 200, body = String, content_type = "text/html"), Errors),
)]
pub(crate) async fn page(headers: HeaderMap) -> Result<impl IntoResponse, ApiError> {
    let about = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "public, max-age=300"),
        (VARY, "accept-encoding"),
    ];
    if accepts_gzip(&headers) {
        return Ok((about, [(CONTENT_ENCODING, "gzip")], Bytes::from_static(PAGE)).into_response());
    }
    let mut page = Vec::new();
    GzDecoder::new(PAGE).read_to_end(&mut page).map_err(ApiError::internal)?;
    Ok((about, page).into_response())
}

/// Whether a request wants gzip (RFC 9110 section 12.5.3): every browser says so by name.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let codings = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','));
    codings.map(|coding| coding.split_once(';').unwrap_or((coding, "q=1"))).any(|(name, weight)| {
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn gzip_is_sent_to_those_who_name_it_with_a_weight_above_zero() {
        for (accepted, gzip) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(accepts_gzip(&headers), gzip, "{accepted}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
