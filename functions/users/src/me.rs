//! One's own profile.

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
        (status = 200, body = OwnUser, headers(("ETag", description = "The profile's version."))),
        (status = 304),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    known: IfNoneMatch,
) -> Result<ETagged<OwnUser>, ApiError> {
    let user = app.users.service.get(user.id).await?;
    Ok(ETagged::read(user.version, user.into(), &known))
}

/// Change your profile: what is absent stays, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/users/me", operation_id = "update_me", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag", description = "The profile's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    IfMatch(expected): IfMatch,
    Json(patch): Json<ProfilePatch>,
) -> Result<ETagged<OwnUser>, ApiError> {
    Ok(changed(app.users.service.update(user.id, &patch, expected).await?))
}

/// Set your accounts elsewhere, all of them: what is absent is given up. Each account belongs to one user.
#[utoipa::path(
    put, path = "/api/v1/users/me/socials", operation_id = "set_socials", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag", description = "The profile's new version.")))),
)]
pub(crate) async fn set_socials(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    IfMatch(expected): IfMatch,
    Json(socials): Json<Socials>,
) -> Result<ETagged<OwnUser>, ApiError> {
    Ok(changed(app.users.service.set_socials(user.id, &socials, expected).await?))
}

/// Answer the newcomer's questions, which completes onboarding.
#[utoipa::path(
    post, path = "/api/v1/users/me/onboarding", operation_id = "complete_onboarding", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag", description = "The profile's new version.")))),
)]
pub(crate) async fn onboard(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(answers): Json<Onboarding>,
) -> Result<ETagged<OwnUser>, ApiError> {
    Ok(changed(app.users.service.onboard(user.id, &answers).await?))
}
