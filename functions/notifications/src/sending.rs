//! The state of sending: whether Telegram refuses the bot's messages, and how organisers end such a pause.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, IfNoneMatch, RequiredIfMatch};
use ibw::notifications::service::Pause;

/// Get the state of sending.
#[utoipa::path(
    get, path = "/api/v1/notifications/sending", operation_id = "get_notification_sending", tag = "notifications",
    responses(
        (status = 200, body = Pause, headers(("ETag", description = "The pause, or that there is none."))),
        (status = 304, headers(("ETag", description = "The pause, or that there is none."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    known: IfNoneMatch,
) -> Result<ETagged<Pause>, ApiError> {
    let pause = app.notifications.service.pause().await?;
    Ok(ETagged::new(pause.version(), pause).unless(known))
}

/// End a pause of sending.
///
/// Only the pause that you have seen ends. If Telegram still refuses messages, the next one begins at once.
#[utoipa::path(
    post, path = "/api/v1/notifications/sending/resume", operation_id = "resume_notification_sending",
    tag = "notifications",
    responses((status = 204)),
)]
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
    actor: Actor,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.notifications.service.lift_pause(&actor, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
