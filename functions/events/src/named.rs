//! The event that a path names by its id or its slug, with the id that all of the service works with.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::events::service::EventName;
use ibw::http::{Describe, Described, Path, Paths};
use ibw::id::EventId;
use utoipa::PartialSchema;

/// The event of a path with no other parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named(pub(crate) EventId);

impl FromRequestParts<Arc<App>> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Path(name) = Path::<EventName>::from_request_parts(parts, app).await?;
        Ok(Self(app.events.service.id_of(&name).await?))
    }
}

impl Describe for Named {
    fn describe(described: &mut Described) {
        Path::<EventName>::describe(described);
    }
}

/// The event of a path, and what else the path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedWith<T>(pub(crate) EventId, pub(crate) T);

impl<T: FromStr + Send> FromRequestParts<Arc<App>> for NamedWith<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Paths(name, other) = Paths::<EventName, T>::from_request_parts(parts, app).await?;
        Ok(Self(app.events.service.id_of(&name).await?, other))
    }
}

impl<T: PartialSchema> Describe for NamedWith<T> {
    fn describe(described: &mut Described) {
        Paths::<EventName, T>::describe(described);
    }
}
