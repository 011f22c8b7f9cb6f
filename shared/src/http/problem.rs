//! Errors on their way out: a handler's error travels as an extension of an empty response, and becomes a body where
//! the request's id is known.

use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use crate::error::{ApiError, Code, ErrorBody};

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of an error response; other responses pass. A fault's cause is logged here, once.
pub(super) fn render(mut response: Response, request_id: &str) -> Response {
    let Some(error) = response.extensions_mut().remove::<ApiError>() else { return response };
    if let Some(cause) = &error.cause {
        tracing::error!(request_id, code = ?error.code, cause = %cause, "request.failed");
    }
    let body = ErrorBody {
        error: error.message.into_owned(),
        code: error.code,
        request_id: request_id.to_owned(),
        details: error.details,
    };
    let mut rendered = (error.code.status(), axum::Json(body)).into_response();
    *rendered.extensions_mut() = std::mem::take(response.extensions_mut());
    // What else was set on the way, such as `Allow`; not what describes the empty body.
    for (name, value) in response.headers() {
        if !name.as_str().starts_with("content-") {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    for (name, value) in error.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            rendered.headers_mut().insert(name, value);
        }
    }
    if let Some(seconds) = error.retry_after {
        rendered.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}

/// For requests that no route matches.
pub(super) async fn not_found() -> ApiError {
    ApiError::new(Code::NOT_FOUND, "There is no such route.")
}

/// For routes that exist for other methods; [`methods`](super::methods) adds `Allow`.
pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::new(Code::METHOD_NOT_ALLOWED, "The route does not support this method. `Allow` lists its methods.")
}

/// For handlers that panicked.
pub(super) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    ApiError::internal(Panic(text.unwrap_or("of unknown kind").to_owned())).into_response()
}

#[derive(Debug, thiserror::Error)]
#[error("panic: {0}")]
struct Panic(String);

#[cfg(test)]
mod tests {
    use super::super::guard::Caller;
    use super::*;

    #[test]
    fn rendered_error_still_knows_its_caller_and_headers() {
        let error = ApiError::new(Code::NOT_FOUND, "no");
        let response = (Caller("usr_1".to_owned()), [("allow", "GET")], error).into_response();
        let rendered = render(response, "id");
        assert_eq!(rendered.extensions().get::<Caller>().map(|caller| caller.0.as_str()), Some("usr_1"));
        assert_eq!((rendered.status().as_u16(), &rendered.headers()["allow"]), (404, &HeaderValue::from_static("GET")));
    }
}
