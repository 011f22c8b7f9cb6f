//! The address of the API in what it gives out.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use lambda_http::RequestExt;

use super::BASE_PATH;
use super::describe::{Describe, Described};
use super::principal::visible;
use crate::app::App;

/// The URL before `/api/v1`, without a slash at its end: `https://api.example.org`, or with the path of a stage.
///
/// It is `PUBLIC_URL`. Where that is not set, it is what the request was sent to, which is wrong behind a proxy with
/// another name; and empty if the request names no host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiAddress(pub String);

impl FromRequestParts<Arc<App>> for ApiAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let public = app.config.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        Ok(Self(public.unwrap_or_else(|| called(parts))))
    }
}

/// The address that a request was sent to.
fn called(parts: &Parts) -> String {
    let header = |name: &str| parts.headers.get(name).map(visible).unwrap_or_default();
    let host = header(HOST.as_str());
    if host.is_empty() {
        return String::new();
    }
    let scheme = if header("x-forwarded-proto") == "http" { "http" } else { "https" };
    // The gateway's own path has the stage, which the router may not see.
    let raw = Some(parts.raw_http_path()).filter(|path| !path.is_empty()).unwrap_or(parts.uri.path());
    let before = raw.find(BASE_PATH).and_then(|at| raw.get(..at)).unwrap_or_default();
    format!("{scheme}://{host}{before}")
}

/// It says nothing of the operation.
impl Describe for ApiAddress {
    fn describe(_: &mut Described) {}
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn address(path: &str, headers: &[(&str, &str)]) -> String {
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| builder.header(*name, *value));
        let request = builder.uri("/api/v1/openapi.json").body(()).unwrap().with_raw_http_path(path);
        called(&request.into_parts().0)
    }

    #[test]
    fn address_has_host_scheme_and_stage_and_no_slash_at_its_end() {
        let host = ("host", "api.example.org");
        for (path, headers, expected) in [
            ("/api/v1/openapi.json", vec![host], "https://api.example.org"),
            ("/api/v1/openapi.json", vec![host, ("x-forwarded-proto", "https")], "https://api.example.org"),
            ("/api/v1/openapi.json", vec![host, ("x-forwarded-proto", "http")], "http://api.example.org"),
            ("/prod/api/v1/openapi.json", vec![host], "https://api.example.org/prod"),
            ("", vec![host], "https://api.example.org"),
            ("/api/v1/openapi.json", vec![], ""),
        ] {
            assert_eq!(address(path, &headers), expected, "{path} {headers:?}");
        }
    }
}
