//! Where a user is logged in, and ending that.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::auth::model::Session;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json, Path};
use ibw::id::SessionId;
use ibw::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

/// A login on one device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionResponse {
    /// Its id.
    id: SessionId,
    /// The `User-Agent` at login.
    user_agent: Option<String>,
    /// When the login was.
    created_at: Time,
    /// When it was last refreshed.
    last_used_at: Time,
    /// It is the one that makes this request.
    current: bool,
}

/// All of a user's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// Oldest first.
    items: Vec<SessionResponse>,
}

/// Log out: end the session of this access token.
///
/// The access token itself is good until it expires, within 15 minutes. A request signed by `X-Telegram-Auth` has no session
/// to end.
#[utoipa::path(
    post, path = "/api/v1/auth/logout", operation_id = "logout", tag = "auth",
    responses((status = 204)),
)]
pub(crate) async fn logout(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<StatusCode, ApiError> {
    if let Some(session) = user.session {
        app.auth.sessions.close_if_open(user.id, session).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// List where you are logged in.
#[utoipa::path(
    get, path = "/api/v1/auth/sessions", operation_id = "list_sessions", tag = "auth",
    responses((status = 200, body = SessionList)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<SessionList>, ApiError> {
    let show = |session: Session| SessionResponse {
        current: user.session == Some(session.id),
        id: session.id,
        user_agent: session.user_agent,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
    };
    let sessions = app.auth.sessions.list(user.id).await?;
    Ok(Json(SessionList { items: sessions.into_iter().map(show).collect() }))
}

/// Log out everywhere else.
#[utoipa::path(
    delete, path = "/api/v1/auth/sessions", operation_id = "close_other_sessions", tag = "auth",
    responses((status = 204)),
)]
pub(crate) async fn close_others(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<StatusCode, ApiError> {
    app.auth.sessions.close_all(user.id, user.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End one session.
#[utoipa::path(
    delete, path = "/api/v1/auth/sessions/{id}", operation_id = "close_session", tag = "auth",
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
