//! The state of sending: whether Telegram refuses the bot's messages, and how organisers end such a pause.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, Json};
use ibw::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

/// Whether messages are sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationSending)]
pub(crate) struct Sending {
    /// Telegram refused messages to several chats, so nothing is sent until then. `null` if there is no pause.
    paused_until: Option<Time>,
}

/// Get the state of sending.
#[utoipa::path(
    get, path = "/api/v1/notifications/sending", operation_id = "get_notification_sending", tag = "notifications",
    responses((status = 200, body = Sending)),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
) -> Result<Json<Sending>, ApiError> {
    Ok(Json(Sending { paused_until: app.notifications.service.paused_until().await? }))
}

/// End a pause of sending.
///
/// If Telegram still refuses messages, the next pause begins at once.
#[utoipa::path(
    post, path = "/api/v1/notifications/sending/resume", operation_id = "resume_notification_sending",
    tag = "notifications",
    responses((status = 204)),
)]
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
) -> Result<StatusCode, ApiError> {
    app.notifications.service.lift_pause().await?;
    Ok(StatusCode::NO_CONTENT)
}
