//! Logging in, and staying logged in. Both count by the account that the request proves, not by its address: a venue may have one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::response::IntoResponse;
use ibw::app::App;
use ibw::auth::login_widget::LoginWidget;
use ibw::auth::service::{ACCESS_SECONDS, Proof, Tokens};
use ibw::error::{ApiError, Code};
use ibw::http::{Caller, Json, RequestInfo, TelegramAuth};
use ibw::rate_limit::RateClass;
use ibw::users::view::OwnUser;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Proof of a Telegram account; may be left out when it is in `X-Telegram-Auth`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginRequest {
    /// Mini App init data, as `Telegram.WebApp.initData` has it.
    init_data: Option<String>,
    /// What the Login Widget passed on.
    login_widget: Option<LoginWidget>,
}

/// Tokens, and whose they are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginResponse {
    #[serde(flatten)]
    tokens: TokenResponse,
    /// The user's own profile.
    user: OwnUser,
}

/// Tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenResponse {
    /// For `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long the access token is good, in seconds.
    expires_in: i64,
    /// For one refresh.
    refresh_token: String,
    /// How long the refresh token is good, in seconds.
    refresh_expires_in: i64,
}

impl From<Tokens> for TokenResponse {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access,
            token_type: "Bearer",
            expires_in: ACCESS_SECONDS,
            refresh_token: tokens.refresh,
            refresh_expires_in: tokens.refresh_seconds,
        }
    }
}

/// Log in with Telegram.
///
/// Init data in `X-Telegram-Auth` or the body, or Login Widget data in the body. The first login makes the user; a login
/// during an erasure's grace period calls the erasure off.
#[utoipa::path(
    post, path = "/api/v1/auth/login", operation_id = "login", tag = "auth",
    request_body(content = Option<LoginRequest>, description = "Not needed with `X-Telegram-Auth`."),
    responses((status = 200, body = LoginResponse)),
)]
pub(crate) async fn login(
    State(app): State<Arc<App>>,
    Extension(info): Extension<RequestInfo>,
    TelegramAuth(header): TelegramAuth,
    headers: HeaderMap,
    body: Option<Json<LoginRequest>>,
) -> Result<impl IntoResponse, ApiError> {
    let proof = proof(&app, header, body.map(|Json(body)| body))?;
    let caller = proof.as_ref().map_or_else(|_| info.address(), |proof| format!("telegram:{}", proof.telegram.id));
    let remaining = app.limiter.take(RateClass::Login, "POST /auth/login", &caller).await?;
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let (tokens, user) = app.auth.service.login(&proof?, user_agent).await?;
    Ok((remaining, Caller(user.id.to_string()), Json(LoginResponse { tokens: tokens.into(), user: user.into() })))
}

/// The proof that the request brings, checked: an error inside is one that counts.
fn proof(app: &App, header: Option<String>, body: Option<LoginRequest>) -> Result<Result<Proof, ApiError>, ApiError> {
    let missing = || {
        ApiError::new(
            Code::AuthenticationRequired,
            "Send init data in `X-Telegram-Auth`, or `init_data` or `login_widget`.",
        )
    };
    let body = body.unwrap_or(LoginRequest { init_data: None, login_widget: None });
    let proof = match (header.or(body.init_data), body.login_widget) {
        (Some(init_data), None) => app.auth.service.verify_init_data(&init_data),
        (None, Some(widget)) => app.auth.service.verify_widget(&widget),
        (None, None) => return Err(missing()),
        (Some(_), Some(_)) => {
            return Err(
                ApiError::new(Code::InvalidBody, "Send one proof, not two.").detail("login_widget", "is one too many")
            );
        }
    };
    Ok(proof.map_err(ApiError::from))
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshRequest {
    /// As the last login or refresh gave it.
    refresh_token: String,
}

/// Exchange a refresh token for new tokens.
///
/// Each refresh token is good once. One that was used before ends its session, as somebody else may have it.
#[utoipa::path(
    post, path = "/api/v1/auth/refresh", operation_id = "refresh", tag = "auth",
    responses((status = 200, body = TokenResponse)),
)]
pub(crate) async fn refresh(
    State(app): State<Arc<App>>,
    Extension(info): Extension<RequestInfo>,
    Json(body): Json<RefreshRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let verified = app.auth.service.verify_refresh(&body.refresh_token);
    let caller = verified.as_ref().map_or_else(|_| info.address(), |(user, _)| user.to_string());
    let remaining = app.limiter.take(RateClass::Login, "POST /auth/refresh", &caller).await?;
    let (user, token) = verified?;
    let tokens = app.auth.service.refresh(user, &token).await?;
    Ok((remaining, Caller(caller), Json(TokenResponse::from(tokens))))
}
