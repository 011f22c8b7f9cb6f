//! A user's rights over their data.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::IntoResponse;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Errors, Json};
use ibw::privacy::service::Export;
use ibw::users::view::OwnUser;

/// Get everything we hold of you.
#[utoipa::path(
    get, path = "/api/v1/users/me/export", operation_id = "export_me", tag = "users",
    security(("bearer" = []), ("telegram" = [])),
    responses((status = 200, body = Export), Errors),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<impl IntoResponse, ApiError> {
    let export = app.privacy.export(user.id).await?;
    Ok(([(CONTENT_DISPOSITION, "attachment; filename=\"ibw-export.json\"")], Json(export)))
}

/// Ask to be erased.
///
/// Others no longer see you from now on, and you are logged out everywhere. After 7 days everything is deleted; logging in
/// before that keeps the account.
#[utoipa::path(
    delete, path = "/api/v1/users/me", operation_id = "erase_me", tag = "users",
    security(("bearer" = []), ("telegram" = [])),
    responses((status = 202, body = OwnUser, description = "`erase_after` says when."), Errors),
)]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<(StatusCode, Json<OwnUser>), ApiError> {
    let user = app.privacy.schedule_erasure(user.id).await?;
    Ok((StatusCode::ACCEPTED, Json(user.into())))
}
