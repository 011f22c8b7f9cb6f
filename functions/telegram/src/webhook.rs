//! What Telegram tells the bot.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Errors, Json};
use ibw::telegram::service::Accepted;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The header in which Telegram repeats the secret that `setWebhook` was given.
const SECRET: &str = "x-telegram-bot-api-secret-token";

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
    params(("X-Telegram-Bot-Api-Secret-Token" = String, Header, description = "The secret.")),
    request_body(content = Object, description = "Telegram's `Update`."),
    responses((status = 200, body = Receipt), Errors),
)]
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Json(update): Json<Value>,
) -> Result<Json<Receipt>, ApiError> {
    let secret = headers.get(SECRET).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let status = match app.webhook.accept(secret, &update).await? {
        Accepted::New => Status::Accepted,
        Accepted::Before => Status::Repeated,
        Accepted::Ignored(_) => Status::Ignored,
    };
    Ok(Json(Receipt { status }))
}
