//! Bodies, queries and path segments, refused with the field's name where they are not as documented.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, MatchedPath, OptionalFromRequest, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::page::{DEFAULT_LIMIT, MAX_LIMIT, PageRequest};

/// Bytes of a body. Larger imports go through uploads.
const MAX_BODY: usize = 256 * 1024;
/// Routes whose bodies may be larger, and how many megabytes they may have: Lambda takes 6 MB with all that is around a body.
const LARGE_BODIES: [(&str, usize); 1] = [("/api/v1/conferences/{slug}/agenda/import", 5)];
/// Levels of a JSON document; the parser itself would go on to 128.
const MAX_DEPTH: usize = 32;

/// A JSON body, in either direction.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if media_type != "application/json" {
            return Err(not_json());
        }
        let bytes = body(request).await?;
        if deeper_than(&bytes, MAX_DEPTH) {
            return Err(ApiError::new(
                Code::InvalidBody,
                format!("The body is nested deeper than {MAX_DEPTH} levels."),
            ));
        }
        // serde would fill a struct from an array, by position.
        if bytes.trim_ascii_start().starts_with(b"[") {
            let error = ApiError::new(Code::InvalidBody, "The body is not as documented.");
            return Err(error.detail("body", "must be an object"));
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let read = serde_path_to_error::deserialize(&mut reader);
        let value = read.map_err(|error| misread(Code::InvalidBody, "body", &error))?;
        reader.end().map_err(|_| ApiError::new(Code::InvalidBody, "The body goes on after its JSON value."))?;
        Ok(Self(value))
    }
}

/// A body that may be left out: none where there is neither content nor a content type, or where it is `null`.
impl<T: DeserializeOwned> OptionalFromRequest<Arc<App>> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<App>) -> Result<Option<Self>, ApiError> {
        if request.headers().contains_key(CONTENT_TYPE) {
            let Json(body) = <Json<Option<T>> as FromRequest<Arc<App>>>::from_request(request, state).await?;
            return Ok(body.map(Json));
        }
        if body(request).await?.is_empty() { Ok(None) } else { Err(not_json()) }
    }
}

/// The bytes of a body, as whoever checks a signature needs them.
#[derive(Clone, Debug)]
pub struct Body(pub axum::body::Bytes);

impl FromRequest<Arc<App>> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        body(request).await.map(Self)
    }
}

/// The error of a body or query that serde does not take, with the field where it stopped.
fn misread(code: Code, part: &str, error: &serde_path_to_error::Error<impl std::fmt::Display>) -> ApiError {
    let path = error.path().to_string();
    let field = if path == "." { part.to_owned() } else { path };
    // The field says where; the parser's line and column say it again.
    let message = error.inner().to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    ApiError::new(code, format!("The {part} is not as documented.")).detail(field, message)
}

fn not_json() -> ApiError {
    ApiError::new(Code::UnsupportedMediaType, "The body needs `Content-Type: application/json`.")
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The bytes of a body that is not too large for its route.
pub(super) async fn body(request: Request) -> Result<axum::body::Bytes, ApiError> {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let large = LARGE_BODIES.iter().find(|(path, _)| route == Some(*path)).map(|(_, megabytes)| *megabytes);
    let limit = large.map_or(MAX_BODY, |megabytes| megabytes * 1024 * 1024);
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            let size = large.map_or_else(|| "256 KB".to_owned(), |megabytes| format!("{megabytes} MB"));
            Err(ApiError::new(Code::PayloadTooLarge, format!("The body is larger than {size}.")))
        }
        Err(_) => Err(ApiError::new(Code::InvalidBody, "The body could not be read.")),
    }
}

/// Whether a JSON text opens more brackets than `limit` at once, outside of strings.
fn deeper_than(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

/// Query parameters; unknown and repeated ones are the type's to refuse (`deny_unknown_fields`).
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let read = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(query));
        read.map(Self).map_err(|error| misread(Code::InvalidRequest, "query", &error))
    }
}

/// The one parameter of a path, parsed. What does not parse names nothing: 404.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

impl<T: std::str::FromStr> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<App>) -> Result<Self, ApiError> {
        let missing = || ApiError::new(Code::NotFound, "There is nothing of that id.");
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| missing())?;
        let (_, value) = parameters.iter().next().ok_or_else(missing)?;
        value.parse().map(Self).map_err(|_| missing())
    }
}

/// The two parameters of a path, in its order, parsed. What does not parse names nothing: 404.
#[derive(Clone, Debug)]
pub struct Paths<A, B>(pub A, pub B);

impl<A: std::str::FromStr, B: std::str::FromStr> FromRequestParts<Arc<App>> for Paths<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<App>) -> Result<Self, ApiError> {
        let missing = || ApiError::new(Code::NotFound, "There is nothing of that id.");
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| missing())?;
        let mut values = parameters.iter().map(|(_, value)| value);
        let (first, second) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
        Ok(Self(first.parse().map_err(|_| missing())?, second.parse().map_err(|_| missing())?))
    }
}

/// Which page of a list: the query of one that has nothing else to ask. A list with filters has a type of its own, with these two
/// among its fields, as serde does not refuse unknown fields of a flattened one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items of the page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The page that is asked for.
    pub fn checked(self) -> Result<PageRequest, ApiError> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let error = ApiError::new(Code::InvalidRequest, "The query is not as documented.");
            return Err(error.detail("limit", format!("must be from 1 to {MAX_LIMIT}")));
        }
        Ok(PageRequest { limit, cursor: self.cursor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(!deeper_than(nested(32).as_bytes(), 32));
        assert!(deeper_than(nested(33).as_bytes(), 32));
        assert!(!deeper_than(format!(r#"{{"a":"\"{}"}}"#, "[".repeat(50)).as_bytes(), 32));
    }
}
