//! The webhook that Telegram calls with what the bot hears.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Json, TelegramWebhookSecret};
use ibw::telegram::service::Accepted;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Result of an update: `accepted` will be processed, `repeated` was accepted before, `ignored` is of a kind that the
/// bot does not use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TelegramUpdateStatus {
    /// It will be processed.
    Accepted,
    /// It was accepted before.
    Repeated,
    /// It is of a kind that the bot does not use.
    Ignored,
}

/// Answer to an update.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TelegramUpdateResult {
    /// Result of the update.
    status: TelegramUpdateStatus,
}

/// Receive an update from Telegram.
///
/// Only Telegram can call this route, with the secret from `setWebhook`. An update is accepted once and processed
/// later.
#[utoipa::path(
    post, path = "/api/v1/telegram/webhook", operation_id = "receive_telegram_update", tag = "telegram",
    request_body(
        content = Object, description = "Free JSON: an `Update` of the Telegram Bot API.",
        example = json!({
            "update_id": 10000,
            "message": {
                "message_id": 1365, "date": 1795339800, "text": "/start",
                "chat": {"id": 279058397, "type": "private"},
                "from": {"id": 279058397, "is_bot": false, "first_name": "Asha"},
            },
        }),
    ),
    responses((status = 200, body = TelegramUpdateResult)),
)]
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    TelegramWebhookSecret(secret): TelegramWebhookSecret,
    Json(update): Json<Value>,
) -> Result<Json<TelegramUpdateResult>, ApiError> {
    let status = match app.telegram.service.accept(&secret, &update).await? {
        Accepted::New => TelegramUpdateStatus::Accepted,
        Accepted::Before => TelegramUpdateStatus::Repeated,
        Accepted::Ignored(_) => TelegramUpdateStatus::Ignored,
    };
    Ok(Json(TelegramUpdateResult { status }))
}
