//! The OpenAPI document.

use std::borrow::Cow;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use ibw::http::ApiAddress;
use serde_json::json;

/// The document of all functions, as `make openapi` wrote it: a test keeps it from being stale.
pub(crate) const DOCUMENT: &str = include_str!("../../../infra/openapi.json");
/// The server that the stored document names, relative to the document.
const STORED_SERVER: &str = r#""url": "../..""#;

/// Get this OpenAPI document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", operation_id = "get_openapi", tag = "docs",
    responses((status = 200, body = serde_json::Value, description = "Free JSON: an OpenAPI 3.1 document.")),
)]
pub(crate) async fn document(ApiAddress(address): ApiAddress) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], served_by(&address))
}

/// The document with this server. Some clients append paths to a relative server as it resolves, with a slash too many.
fn served_by(address: &str) -> Cow<'static, str> {
    if address.is_empty() {
        return DOCUMENT.into();
    }
    DOCUMENT.replacen(STORED_SERVER, &format!(r#""url": {}"#, json!(address)), 1).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn document_names_the_server_that_it_was_read_from_and_differs_in_nothing_else() {
        assert_eq!(DOCUMENT.matches(STORED_SERVER).count(), 1, "see `servers` in shared/src/http/openapi/mod.rs");
        let address = r#"https://api.example.org/prod""#;
        let mut served: Value = serde_json::from_str(&served_by(address)).unwrap();
        assert_eq!(served["servers"][0]["url"], address);
        served["servers"][0]["url"] = "../..".into();
        assert_eq!(served, serde_json::from_str::<Value>(DOCUMENT).unwrap());
    }

    #[test]
    fn document_read_from_no_host_is_the_stored_one() {
        assert_eq!(served_by(""), DOCUMENT);
    }
}
