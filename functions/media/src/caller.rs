//! Who a caller is to uploads: a user, or an API key with the scope.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ibw::app::App;
use ibw::auth::model::Principal;
use ibw::error::{ApiError, Code};
use ibw::http::{Admin, Authenticated, Describe, Described, Scope};
use ibw::media::service::Uploader;
use ibw::users::model::AccessRole;

use crate::scope;

/// A user, or an API key with the scope. Unlike for an admin route, a user needs no access role.
#[derive(Clone, Debug)]
pub(crate) struct UploadCaller(pub(crate) Uploader);

impl FromRequestParts<Arc<App>> for UploadCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Authenticated(principal) = Authenticated::from_request_parts(parts, app).await?;
        let is_admin = principal.may(scope::MediaWrite::NAME);
        let is_staff = principal.serves(AccessRole::Steward, scope::MediaWrite::NAME);
        if matches!(principal, Principal::Key(_)) && !is_admin {
            let error = ApiError::new(Code::FORBIDDEN, "The API key lacks the scope of this route.");
            return Err(error.detail("scope", scope::MediaWrite::NAME));
        }
        Ok(Self(Uploader { name: principal.name(), is_admin, is_staff }))
    }
}

impl Describe for UploadCaller {
    fn describe(described: &mut Described) {
        // Users and keys with the scope, as for an admin route.
        Admin::<scope::MediaWrite>::describe(described);
    }
}
