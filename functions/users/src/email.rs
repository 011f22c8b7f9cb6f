//! Proving an email address.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, ETagged, Json};
use ibw::text::Line;
use ibw::time::Time;
use ibw::users::contact::EmailAddress;
use ibw::users::verification::{MAX_TRIES, VALID_FOR};
use ibw::users::view::OwnUser;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address to prove.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailRequest {
    /// The address.
    email: EmailAddress,
}

/// A code is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmailResponse {
    /// Where to.
    email: EmailAddress,
    /// Until when it is good.
    expires_at: Time,
    /// How many codes may be tried.
    tries: u32,
}

/// A code that came by email.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeRequest {
    /// Six digits.
    code: Line<12>,
}

/// Have a code sent to an email address.
///
/// The code is good for 10 minutes and 5 tries; asking again sends another one, and the one before is void. A verified
/// address stays yours until the new one is proved.
#[utoipa::path(
    post, path = "/api/v1/users/me/email", operation_id = "start_email_verification", tag = "users",
    responses((status = 202, body = EmailResponse)),
)]
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(body): Json<EmailRequest>,
) -> Result<(StatusCode, Json<EmailResponse>), ApiError> {
    let verification = app.users.service.start_email_verification(user.id, &body.email).await?;
    let expires_at = verification.created_at.plus_seconds(VALID_FOR);
    Ok((StatusCode::ACCEPTED, Json(EmailResponse { email: verification.email, expires_at, tries: MAX_TRIES })))
}

/// Prove an email address with its code.
#[utoipa::path(
    post, path = "/api/v1/users/me/email/verify", operation_id = "verify_email", tag = "users",
    responses((status = 200, body = OwnUser, headers(("ETag", description = "The profile's new version.")))),
)]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Json(body): Json<CodeRequest>,
) -> Result<ETagged<OwnUser>, ApiError> {
    let user = app.users.service.verify_email(user.id, body.code.as_str(), &app.email_codes).await?;
    Ok(ETagged::new(user.version, user.into()))
}
