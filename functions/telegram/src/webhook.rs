//! What Telegram tells the bot.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Json, TelegramWebhookSecret};
use ibw::telegram::service::Accepted;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What became of an update.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// It is worked on.
    Accepted,
    /// It was told before.
    Repeated,
    /// It is of a kind that does not concern us.
    Ignored,
}

/// The answer to an update.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// What became of it.
    status: Status,
}

/// Receive an update from Telegram.
///
/// For Telegram only, which repeats the secret it was given with `setWebhook`. An update is accepted once, and worked on later.
#[utoipa::path(
    post, path = "/api/v1/telegram/webhook", operation_id = "receive_telegram_update", tag = "telegram",
    request_body(content = Object, description = "Telegram's `Update`."),
    responses((status = 200, body = Receipt)),
)]
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    TelegramWebhookSecret(secret): TelegramWebhookSecret,
    Json(update): Json<Value>,
) -> Result<Json<Receipt>, ApiError> {
    let status = match app.telegram.service.accept(&secret, &update).await? {
        Accepted::New => Status::Accepted,
        Accepted::Before => Status::Repeated,
        Accepted::Ignored(_) => Status::Ignored,
    };
    Ok(Json(Receipt { status }))
}
