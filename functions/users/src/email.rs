//! Email verification.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, ETagged, Json};
use ibw::one_time_code::{MAX_TRIES, OneTimeCode, VALID_FOR};
use ibw::time::Time;
use ibw::users::contact::EmailAddress;
use ibw::users::view::OwnUser;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Email address to verify.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "asha@example.org"}))]
pub(crate) struct EmailVerificationRequest {
    /// Email address. The code is sent there.
    email: EmailAddress,
}

/// Email verification that waits for its code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PendingEmailVerification {
    /// Address that gets the code.
    email: EmailAddress,
    /// Expiry time of the code.
    expires_at: Time,
    /// Number of attempts to enter the code.
    tries: u32,
}

/// Verification code from the email.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "428913"}))]
pub(crate) struct EmailVerificationCode {
    /// Code of six digits.
    code: OneTimeCode,
}

/// Send a verification code to an email address.
///
/// The code is valid for 10 minutes and 5 attempts. A new request sends a new code and invalidates the previous one. A
/// verified address stays yours until you verify the new one.
#[utoipa::path(
    post, path = "/api/v1/users/me/email", operation_id = "start_email_verification", tag = "users",
    responses((status = 202, body = PendingEmailVerification)),
)]
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(body): Json<EmailVerificationRequest>,
) -> Result<(StatusCode, Json<PendingEmailVerification>), ApiError> {
    let verification = app.users.service.start_email_verification(user.id, &body.email, &app.email_codes).await?;
    let expires_at = verification.created_at.plus_seconds(VALID_FOR);
    Ok((
        StatusCode::ACCEPTED,
        Json(PendingEmailVerification { email: verification.email, expires_at, tries: MAX_TRIES }),
    ))
}

/// Verify an email address with its code.
#[utoipa::path(
    post, path = "/api/v1/users/me/email/verify", operation_id = "verify_email", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag" = String, description = "New version of the profile.")))),
)]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(body): Json<EmailVerificationCode>,
) -> Result<ETagged<OwnUser>, ApiError> {
    let user = app.users.service.verify_email(user.id, body.code.as_str(), &app.email_codes).await?;
    Ok(ETagged::new(user.version, user.into()))
}
