//! Login sessions of a user: list and end them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::auth::error::AuthError;
use ibw::auth::model::Session;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json, Path};
use ibw::id::SessionId;
use ibw::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

/// A login on one device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSession {
    /// Id of the login session.
    id: SessionId,
    /// `User-Agent` of the login.
    user_agent: Option<String>,
    /// Time of the login.
    created_at: Time,
    /// Time of the last refresh.
    last_used_at: Time,
    /// Whether this request uses the login session.
    current: bool,
}

/// Login sessions of a user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSessionList {
    /// Login sessions, oldest first.
    items: Vec<LoginSession>,
}

/// Log out.
///
/// Ends the login session of this access token. The access token is refused within 5 seconds. A request with init data
/// has no login session, so nothing ends.
#[utoipa::path(
    post, path = "/api/v1/auth/logout", operation_id = "logout", tag = "auth",
    responses((status = 204)),
)]
pub(crate) async fn logout(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<StatusCode, ApiError> {
    let Some(session) = user.session() else { return Ok(StatusCode::NO_CONTENT) };
    match app.auth.sessions.close(user.id, session).await {
        // It has ended, as the caller wants.
        Ok(()) | Err(AuthError::SessionNotFound) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(error.into()),
    }
}

/// List your login sessions.
#[utoipa::path(
    get, path = "/api/v1/auth/sessions", operation_id = "list_login_sessions", tag = "auth",
    responses((status = 200, body = LoginSessionList)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<LoginSessionList>, ApiError> {
    let show = |session: Session| LoginSession {
        current: user.session() == Some(session.id),
        id: session.id,
        user_agent: session.user_agent,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
    };
    let sessions = app.auth.sessions.list(user.id).await?;
    Ok(Json(LoginSessionList { items: sessions.into_iter().map(show).collect() }))
}

/// Log out on all other devices.
///
/// Other login sessions end. Init data that Telegram signed before is refused, except that of this request. Your
/// calendar URL stops working.
#[utoipa::path(
    delete, path = "/api/v1/auth/sessions", operation_id = "close_other_login_sessions", tag = "auth",
    responses((status = 204)),
)]
pub(crate) async fn close_others(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<StatusCode, ApiError> {
    app.auth.service.log_out_elsewhere(&user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a login session.
#[utoipa::path(
    delete, path = "/api/v1/auth/sessions/{id}", operation_id = "close_login_session", tag = "auth",
    responses((status = 204)),
)]
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, ApiError> {
    app.auth.sessions.close(user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
