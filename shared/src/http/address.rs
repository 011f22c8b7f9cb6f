//! The address of the API, as the caller of a request knows it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use lambda_http::RequestExt;

use super::BASE_PATH;
use super::describe::{Describe, Described};
use super::principal::visible;

/// The URL before `/api/v1`, without a slash at its end: `https://api.example.org`, or with the path of a stage. Empty
/// if the request names no host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiAddress(pub String);

impl<S: Sync> FromRequestParts<S> for ApiAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = |name: &str| parts.headers.get(name).map(visible).unwrap_or_default();
        let host = header(HOST.as_str());
        if host.is_empty() {
            return Ok(Self(String::new()));
        }
        let scheme = if header("x-forwarded-proto") == "http" { "http" } else { "https" };
        // The gateway's own path has the stage, which the router may not see.
        let raw = Some(parts.raw_http_path()).filter(|path| !path.is_empty()).unwrap_or(parts.uri.path());
        let before = raw.find(BASE_PATH).and_then(|at| raw.get(..at)).unwrap_or_default();
        Ok(Self(format!("{scheme}://{host}{before}")))
    }
}

/// It says nothing of the operation.
impl Describe for ApiAddress {
    fn describe(_: &mut Described) {}
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn address(path: &str, headers: &[(&str, &str)]) -> String {
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| builder.header(*name, *value));
        let request = builder.uri("/api/v1/openapi.json").body(()).unwrap().with_raw_http_path(path);
        let (mut parts, ()) = request.into_parts();
        let Ok(ApiAddress(address)) = ApiAddress::from_request_parts(&mut parts, &()).await;
        address
    }

    #[tokio::test]
    async fn address_has_host_scheme_and_stage_and_no_slash_at_its_end() {
        let host = ("host", "api.example.org");
        for (path, headers, expected) in [
            ("/api/v1/openapi.json", vec![host], "https://api.example.org"),
            ("/api/v1/openapi.json", vec![host, ("x-forwarded-proto", "https")], "https://api.example.org"),
            ("/api/v1/openapi.json", vec![host, ("x-forwarded-proto", "http")], "http://api.example.org"),
            ("/prod/api/v1/openapi.json", vec![host], "https://api.example.org/prod"),
            ("", vec![host], "https://api.example.org"),
            ("/api/v1/openapi.json", vec![], ""),
        ] {
            assert_eq!(address(path, &headers).await, expected, "{path} {headers:?}");
        }
    }
}
