//! The page of a list that a request asks for, with or without filters.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::query::{INVALID_QUERY, Query, read_query};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::http::describe::{Describe, Described};
use crate::page::{Cursors, DEFAULT_LIMIT, MAX_LIMIT, PageRequest};

/// The query parameters that choose a page. Each list has them; a list with filters has more ([`Paged`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Maximum number of items.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
    /// `next_cursor` of the previous page, with the same filters. Default: the first page.
    cursor: Option<String>,
}

impl PageQuery {
    /// The page that is asked for, with the means to read its cursor and to write the next one.
    fn request(self, cursors: &Cursors) -> Result<PageRequest, ApiError> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let error = ApiError::new(Code::INVALID_REQUEST, INVALID_QUERY);
            return Err(error.detail("limit", format!("must be from 1 to {MAX_LIMIT}")));
        }
        Ok(PageRequest::new(limit, self.cursor, cursors.clone()))
    }
}

/// The page of a list that has no filters.
impl FromRequestParts<Arc<App>> for PageRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Query(query) = Query::<PageQuery>::from_request_parts(parts, app).await?;
        query.request(&app.cursors)
    }
}

impl Describe for PageRequest {
    fn describe(described: &mut Described) {
        Query::<PageQuery>::describe(described);
        described.codes([Code::INVALID_CURSOR]);
    }
}

/// The filters of a list, and which page of it.
#[derive(Clone, Debug)]
pub struct Paged<T>(pub T, pub PageRequest);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Paged<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        // serde does not refuse unknown fields beside a flattened struct, so each part gets its own parameters.
        let (page, filters): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| name == "limit" || name == "cursor");
        let page: PageQuery = read_query(&page)?;
        Ok(Self(read_query(&filters)?, page.request(&app.cursors)?))
    }
}

impl<T: IntoParams> Describe for Paged<T> {
    fn describe(described: &mut Described) {
        Query::<T>::describe(described);
        PageRequest::describe(described);
    }
}
