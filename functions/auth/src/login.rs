//! Logging in, and staying logged in. Both count by the account that the request proves, not by its address: a venue
//! may have one.

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

/// Proof of a Telegram account: either `init_data` or `login_widget`. Not needed with `X-Telegram-Auth`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "init_data": "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Asha%22%7D&auth_date=1795339800&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2",
}))]
pub(crate) struct LoginRequest {
    /// Init data of the mini app: the value of `Telegram.WebApp.initData`.
    init_data: Option<String>,
    /// Data of the Login Widget.
    login_widget: Option<LoginWidget>,
}

/// Tokens and profile of the user who logged in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginResponse {
    #[serde(flatten)]
    tokens: TokenResponse,
    /// Profile of the user.
    user: OwnUser,
}

/// Access token and refresh token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenResponse {
    /// Token for `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Lifetime of the access token in seconds.
    expires_in: i64,
    /// Token for `POST /auth/refresh`. Works once.
    refresh_token: String,
    /// Lifetime of the refresh token in seconds.
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
/// Send init data in `X-Telegram-Auth` or in the body, or send Login Widget data in the body. The first login creates
/// the user. A login does not cancel an erasure: `erasure_due_at` says when it is due.
#[utoipa::path(
    post, path = "/api/v1/auth/login", operation_id = "login", tag = "auth",
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
    let (class, caller) = match &proof {
        Ok(proof) => (RateClass::Login, format!("telegram:{}", proof.telegram.id)),
        Err(_) => (RateClass::Anonymous, info.network()),
    };
    let remaining = app.limiter.take(class, "POST /auth/login", &caller).await?;
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    Ok((remaining, admit(&app, proof, user_agent).await))
}

async fn admit(
    app: &App,
    proof: Result<Proof, ApiError>,
    user_agent: Option<&str>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let (tokens, user) = app.auth.service.login(&proof?, user_agent).await?;
    Ok((Caller(user.id.to_string()), Json(LoginResponse { tokens: tokens.into(), user: user.into() })))
}

/// The proof in the request, checked. The outer error is answered at once. The inner one is answered after the request
/// is counted, so that guessing is slowed.
fn proof(app: &App, header: Option<String>, body: Option<LoginRequest>) -> Result<Result<Proof, ApiError>, ApiError> {
    let missing = || {
        ApiError::new(
            Code::AUTHENTICATION_REQUIRED,
            "Log in with init data in `X-Telegram-Auth`, or with `init_data` or `login_widget` in the body.",
        )
    };
    let body = body.unwrap_or(LoginRequest { init_data: None, login_widget: None });
    let proof = match (header.or(body.init_data), body.login_widget) {
        (Some(init_data), None) => app.auth.service.verify_init_data(&init_data),
        (None, Some(widget)) => app.auth.service.verify_widget(&widget),
        (None, None) => return Err(missing()),
        (Some(_), Some(_)) => {
            let error =
                ApiError::new(Code::INVALID_BODY, "The login has two proofs. Send init data or `login_widget`.");
            return Err(error.detail("login_widget", "must not be sent with init data"));
        }
    };
    Ok(proof.map_err(ApiError::from))
}

/// Refresh token to exchange.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6ImEifQ.eyJhdWQiOiJpYnctcmVmcmVzaCJ9.c2lnbmF0dXJl"}))]
pub(crate) struct RefreshRequest {
    /// `refresh_token` of the last login or refresh.
    refresh_token: String,
}

/// Exchange a refresh token for new tokens.
///
/// A refresh token works once, and again for 30 seconds, as the first answer may be lost. If it is used later, or after
/// the next one was used, its login session ends, because the token may be stolen.
#[utoipa::path(
    post, path = "/api/v1/auth/refresh", operation_id = "refresh_tokens", tag = "auth",
    responses((status = 200, body = TokenResponse)),
)]
pub(crate) async fn refresh(
    State(app): State<Arc<App>>,
    Extension(info): Extension<RequestInfo>,
    Json(body): Json<RefreshRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let verified = app.auth.service.verify_refresh(&body.refresh_token);
    let (class, caller) = match &verified {
        Ok((user, _)) => (RateClass::Login, user.to_string()),
        Err(_) => (RateClass::Anonymous, info.network()),
    };
    let remaining = app.limiter.take(class, "POST /auth/refresh", &caller).await?;
    // A network is not who it is.
    let known = verified.is_ok().then_some(Caller(caller));
    let tokens = async {
        let (user, token) = verified?;
        Ok::<_, ApiError>(Json(TokenResponse::from(app.auth.service.refresh(user, &token).await?)))
    };
    Ok((remaining, known, tokens.await))
}
