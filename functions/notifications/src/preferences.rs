//! The caller's notification preferences.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json};
use ibw::notifications::preferences::Choices;

/// Get your notification preferences.
#[utoipa::path(
    get, path = "/api/v1/notifications/preferences", operation_id = "get_notification_preferences",
    tag = "notifications",
    responses((status = 200, body = Choices)),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<Choices>, ApiError> {
    Ok(Json(app.notifications.service.choices(user.id).await?))
}

/// Replace your notification preferences.
///
/// A field that is not sent gets its default. Critical messages always reach you.
#[utoipa::path(
    put, path = "/api/v1/notifications/preferences", operation_id = "set_notification_preferences",
    tag = "notifications",
    responses((status = 200, body = Choices)),
)]
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(choices): Json<Choices>,
) -> Result<Json<Choices>, ApiError> {
    Ok(Json(app.notifications.service.choose(user.id, choices).await?))
}
