//! Who a caller is to uploads: a user, or an API key with the scope.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::model::Principal;
use ibw::auth::rights::{MediaUpload, MediaWrite};
use ibw::error::ApiError;
use ibw::http::{Allowed, Authenticated, Describe, Described, lacks};
use ibw::media::service::Uploader;

/// A user, or an API key with the scope. Unlike for an admin route, a user needs no access role.
#[derive(Clone, Debug)]
pub(crate) struct UploadCaller(pub(crate) Uploader);

impl FromRequestParts<Arc<App>> for UploadCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Authenticated(principal) = Authenticated::from_request_parts(parts, app).await?;
        let (is_admin, imports) = (principal.may::<MediaWrite>(), principal.reach::<MediaWrite>());
        // Images and videos belong to no conference: the right on one is enough to upload for it.
        let is_trusted = is_admin || !principal.reach::<MediaUpload>().is_empty();
        if matches!(principal, Principal::Key(_)) && imports.is_empty() {
            return Err(lacks::<MediaWrite>());
        }
        let is_key = matches!(principal, Principal::Key(_));
        let actor = Actor::from_request_parts(parts, app).await?;
        Ok(Self(Uploader { actor, is_key, is_admin, imports, is_trusted }))
    }
}

impl Describe for UploadCaller {
    fn describe(described: &mut Described) {
        // Users and keys with the scope, as for an admin route.
        Allowed::<MediaWrite>::describe(described);
    }
}
