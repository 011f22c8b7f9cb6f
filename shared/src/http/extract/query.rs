//! Query parameters.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;

use super::misread::misread;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::http::describe::{Describe, Described};

/// Message for a query that does not fit its type. The details name the parameters.
pub(super) const INVALID_QUERY: &str = "A query parameter is invalid.";

/// Query parameters. A type refuses unknown and repeated ones with `deny_unknown_fields`.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let pairs: Vec<_> = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).collect();
        read_query(&pairs).map(Self)
    }
}

impl<T: IntoParams> Describe for Query<T> {
    fn describe(described: &mut Described) {
        T::into_params(|| Some(ParameterIn::Query)).into_iter().for_each(|parameter| described.parameter(parameter));
        described.codes([Code::INVALID_REQUEST]);
    }
}

/// Query parameters as a value.
pub(super) fn read_query<T: DeserializeOwned>(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<T, ApiError> {
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let query = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(query)
        .map_err(|error| misread(Code::INVALID_REQUEST, "query", INVALID_QUERY, &error))
}
