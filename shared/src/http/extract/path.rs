//! Path parameters. A value that does not parse cannot name anything, so it is not found.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use utoipa::PartialSchema;

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::http::describe::{Describe, Described};

/// The only parameter of a path, parsed. A value that does not parse is answered with 404.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

impl<T: std::str::FromStr> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<App>) -> Result<Self, ApiError> {
        let missing = || ApiError::new(Code::NOT_FOUND, "Nothing has the id or name in the path. Check it.");
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| missing())?;
        let (_, value) = parameters.iter().next().ok_or_else(missing)?;
        value.parse().map(Self).map_err(|_| missing())
    }
}

impl<T: PartialSchema> Describe for Path<T> {
    fn describe(described: &mut Described) {
        described.path_parameter::<T>();
    }
}

/// The two parameters of a path, in order, parsed. A value that does not parse is answered with 404.
#[derive(Clone, Debug)]
pub struct Paths<A, B>(pub A, pub B);

impl<A: std::str::FromStr, B: std::str::FromStr> FromRequestParts<Arc<App>> for Paths<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<App>) -> Result<Self, ApiError> {
        let missing = || ApiError::new(Code::NOT_FOUND, "Nothing has the id or name in the path. Check it.");
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| missing())?;
        let mut values = parameters.iter().map(|(_, value)| value);
        let (first, second) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
        Ok(Self(first.parse().map_err(|_| missing())?, second.parse().map_err(|_| missing())?))
    }
}

impl<A: PartialSchema, B: PartialSchema> Describe for Paths<A, B> {
    fn describe(described: &mut Described) {
        described.path_parameter::<A>();
        described.path_parameter::<B>();
    }
}
