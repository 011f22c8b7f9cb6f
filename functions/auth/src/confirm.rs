//! Fresh proof: a code that the bot sends to the caller's private chat.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json};
use ibw::one_time_code::{MAX_TRIES, OneTimeCode, VALID_FOR};
use ibw::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Code that is on its way to your private chat with the bot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PendingConfirmation {
    /// Time when the code, and the confirmation that it gives, expire.
    expires_at: Time,
    /// Number of attempts.
    tries: u32,
}

/// The code that the bot sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "428913"}))]
pub(crate) struct ConfirmationCode {
    /// Code.
    code: OneTimeCode,
}

/// Have the bot send you a confirmation code.
///
/// Routes that need fresh proof answer `FRESH_PROOF_REQUIRED` without it. The code arrives in your private chat with the
/// bot. A new code replaces an earlier one.
#[utoipa::path(
    post, path = "/api/v1/auth/confirm", operation_id = "start_confirmation", tag = "auth",
    responses((status = 202, body = PendingConfirmation)),
)]
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<(StatusCode, Json<PendingConfirmation>), ApiError> {
    let confirmation = app.auth.service.start_confirmation(&user, &app.confirmation_codes).await?;
    let expires_at = confirmation.created_at.plus_seconds(VALID_FOR);
    Ok((StatusCode::ACCEPTED, Json(PendingConfirmation { expires_at, tries: MAX_TRIES })))
}

/// Enter a confirmation code.
///
/// The right code is fresh proof for requests with the same credential, until the code would have expired.
#[utoipa::path(
    post, path = "/api/v1/auth/confirm/verify", operation_id = "verify_confirmation", tag = "auth",
    responses((status = 204)),
)]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(body): Json<ConfirmationCode>,
) -> Result<StatusCode, ApiError> {
    app.auth.service.confirm(&user, body.code.as_str(), &app.confirmation_codes).await?;
    Ok(StatusCode::NO_CONTENT)
}
