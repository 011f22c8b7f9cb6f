//! The profile of the user who is logged in.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, ETagged, IfMatch, IfNoneMatch, Json};
use ibw::users::model::User;
use ibw::users::service::{Onboarding, ProfilePatch, Socials};
use ibw::users::view::OwnUser;

fn changed(user: User) -> ETagged<OwnUser> {
    ETagged::new(user.version, user.into())
}

/// Get your profile.
#[utoipa::path(
    get, path = "/api/v1/users/me", operation_id = "get_me", tag = "users",
    responses(
        (status = 200, body = OwnUser, headers(("ETag" = String, description = "Version of the profile."))),
        (status = 304, headers(("ETag" = String, description = "Version of the profile."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    known: IfNoneMatch,
) -> Result<ETagged<OwnUser>, ApiError> {
    let user = app.users.service.get(user.id).await?;
    Ok(ETagged::new(user.version, user.into()).unless(known))
}

/// Change your profile.
///
/// A field that is missing stays as it is. `null` clears a field.
#[utoipa::path(
    patch, path = "/api/v1/users/me", operation_id = "update_me", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag" = String, description = "New version of the profile.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    IfMatch(expected): IfMatch,
    Json(patch): Json<ProfilePatch>,
) -> Result<ETagged<OwnUser>, ApiError> {
    Ok(changed(app.users.service.update(user.id, &patch, &expected).await?))
}

/// Replace your social accounts.
///
/// An account that is missing or `null` is removed. An account can belong to one user only.
#[utoipa::path(
    put, path = "/api/v1/users/me/socials", operation_id = "set_socials", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag" = String, description = "New version of the profile.")))),
)]
pub(crate) async fn set_socials(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    IfMatch(expected): IfMatch,
    Json(socials): Json<Socials>,
) -> Result<ETagged<OwnUser>, ApiError> {
    Ok(changed(app.users.service.set_socials(user.id, &socials, &expected).await?))
}

/// Complete your onboarding.
#[utoipa::path(
    post, path = "/api/v1/users/me/onboarding", operation_id = "complete_onboarding", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag" = String, description = "New version of the profile.")))),
)]
pub(crate) async fn onboard(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(answers): Json<Onboarding>,
) -> Result<ETagged<OwnUser>, ApiError> {
    Ok(changed(app.users.service.onboard(user.id, &answers).await?))
}
