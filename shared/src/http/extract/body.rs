//! Request bodies: JSON, or the bytes themselves.

use std::sync::Arc;

use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use utoipa::openapi::Required;

use super::misread::misread;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::http::describe::{Describe, Described};
use crate::http::properties::Properties;

/// Message for a body that does not fit its type. The details name the fields.
const INVALID_BODY: &str = "The request body is invalid.";
/// Levels of a JSON document. The parser alone would accept 128.
const MAX_DEPTH: usize = 32;

/// A JSON body, in either direction.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        if !is_json(&request) {
            return Err(not_json());
        }
        read_object(&read_body(request).await?).map(Self)
    }
}

impl<T: ToSchema> Describe for Json<T> {
    fn describe(described: &mut Described) {
        described.body::<T>(Required::True);
        described.codes([Code::INVALID_BODY, Code::PAYLOAD_TOO_LARGE, Code::UNSUPPORTED_MEDIA_TYPE]);
    }
}

impl<T: ToSchema> Describe for Option<Json<T>> {
    fn describe(described: &mut Described) {
        described.body::<T>(Required::False);
        described.codes([Code::INVALID_BODY, Code::PAYLOAD_TOO_LARGE, Code::UNSUPPORTED_MEDIA_TYPE]);
    }
}

/// An optional body: `None` if it is empty. A `null` is a body, and no object.
impl<T: DeserializeOwned> OptionalFromRequest<Arc<App>> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Option<Self>, ApiError> {
        let is_json = is_json(&request);
        match read_body(request).await? {
            bytes if bytes.is_empty() => Ok(None),
            bytes if is_json => read_object(&bytes).map(|value| Some(Self(value))),
            _ => Err(not_json()),
        }
    }
}

/// The bytes of a body, for a handler that checks a signature of them.
#[derive(Clone, Debug)]
pub struct Body(pub axum::body::Bytes);

impl FromRequest<Arc<App>> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        read_body(request).await.map(Self)
    }
}

impl Describe for Body {
    fn describe(described: &mut Described) {
        described.codes([Code::INVALID_BODY, Code::PAYLOAD_TOO_LARGE]);
    }
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Reads a JSON object. Each body of the API is one.
fn read_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if deeper_than(bytes, MAX_DEPTH) {
        return Err(ApiError::new(
            Code::INVALID_BODY,
            format!("The request body is nested deeper than {MAX_DEPTH} levels."),
        ));
    }
    // Some programs begin a file with a byte order mark (RFC 8259 section 8.1).
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // serde would fill a struct from an array, by position, and some types from `null`.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let error = ApiError::new(Code::INVALID_BODY, INVALID_BODY);
        return Err(error.detail("body", "must be an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader);
    let value = read.map_err(|error| misread(Code::INVALID_BODY, "body", INVALID_BODY, &error))?;
    reader.end().map_err(|_| {
        ApiError::new(Code::INVALID_BODY, "The request body has text after its JSON value. Send one JSON object.")
    })?;
    Ok(value)
}

fn not_json() -> ApiError {
    ApiError::new(Code::UNSUPPORTED_MEDIA_TYPE, "Send the request body as JSON, with `Content-Type: application/json`.")
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The bytes of a body, if it is not too large for its route.
pub(crate) async fn read_body(request: Request) -> Result<axum::body::Bytes, ApiError> {
    let properties = request.extensions().get::<Properties>().copied().unwrap_or_default();
    match Limited::new(request.into_body(), properties.max_body).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            let limit = properties.body_limit();
            Err(ApiError::new(Code::PAYLOAD_TOO_LARGE, format!("The request body is larger than {limit}.")))
        }
        Err(_) => Err(ApiError::new(Code::INVALID_BODY, "The request body could not be read. Send it again.")),
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
