//! Request bodies: JSON, or the bytes themselves.

use std::sync::Arc;

use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use utoipa::openapi::Required;

use super::json::{read_foreign, read_object};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::http::describe::{Describe, Described};
use crate::http::properties::Properties;

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

/// A JSON body that another system wrote, such as a schedule: it may have a member twice, which [`Json`] refuses.
#[derive(Clone, Debug)]
pub struct ForeignJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for ForeignJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        if !is_json(&request) {
            return Err(not_json());
        }
        read_foreign(&read_body(request).await?).map(Self)
    }
}

impl<T: ToSchema> Describe for ForeignJson<T> {
    fn describe(described: &mut Described) {
        Json::<T>::describe(described);
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
        described.codes([Code::INVALID_BODY, Code::PAYLOAD_TOO_LARGE, Code::UNSUPPORTED_MEDIA_TYPE]);
    }
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
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
    if request.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let message = "The request body is compressed. Send it as it is, without `Content-Encoding`.";
        return Err(ApiError::new(Code::UNSUPPORTED_MEDIA_TYPE, message));
    }
    match Limited::new(request.into_body(), properties.max_body).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            let limit = properties.body_limit();
            Err(ApiError::new(Code::PAYLOAD_TOO_LARGE, format!("The request body is larger than {limit}.")))
        }
        Err(_) => Err(ApiError::new(Code::INVALID_BODY, "The request body could not be read. Send it again.")),
    }
}
