//! A user's rights over their data.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::IntoResponse;
use ibw::app::{App, PersonalDataExport};
use ibw::error::ApiError;
use ibw::http::{CurrentUser, ETagged, FreshProof, Json};
use ibw::users::view::OwnUser;

/// Export your personal data.
///
/// The answer has everything that the API stores about you.
#[utoipa::path(
    get, path = "/api/v1/users/me/export", operation_id = "export_me", tag = "privacy",
    responses((
        status = 200, body = PersonalDataExport,
        headers(("Content-Disposition" = String, description = "File name: `attachment; filename=\"ibw-export.json\"`.")),
    )),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<impl IntoResponse, ApiError> {
    let export = app.privacy().service.export(user.id).await?;
    Ok(([(CONTENT_DISPOSITION, "attachment; filename=\"ibw-export.json\"")], Json(export)))
}

/// Request the erasure of your account.
///
/// Other users stop seeing you at once, and all your login sessions end. After 7 days your data is deleted. Until then
/// you can cancel the erasure.
#[utoipa::path(
    delete, path = "/api/v1/users/me", operation_id = "erase_me", tag = "privacy",
    responses((status = 202, body = OwnUser, description = "Erasure is scheduled for `erasure_due_at`.")),
)]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    _: FreshProof,
) -> Result<(StatusCode, Json<OwnUser>), ApiError> {
    let user = app.privacy().service.schedule_erasure(user.id).await?;
    Ok((StatusCode::ACCEPTED, Json(user.into())))
}

/// Cancel your erasure.
///
/// Your account stays. Log in again on other devices, as requesting the erasure ended all login sessions.
#[utoipa::path(
    post, path = "/api/v1/users/me/erasure/cancel", operation_id = "cancel_erasure", tag = "privacy",
    responses((status = 200, body = OwnUser, headers(("ETag" = String, description = "New version of the profile.")))),
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<ETagged<OwnUser>, ApiError> {
    let user = app.users.service.cancel_erasure(user.id).await?;
    Ok(ETagged::new(user.version, user.into()))
}
