//! Admin tokens.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::service::ADMIN_SECONDS;
use ibw::error::ApiError;
use ibw::http::{ApiKeyCaller, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// Access token that stands for an API key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminToken {
    /// Token for `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Lifetime of the token in seconds.
    expires_in: i64,
    /// Scopes of the API key. `*` means all scopes.
    scopes: Vec<String>,
}

/// Get an admin token for an API key.
#[utoipa::path(
    post, path = "/api/v1/auth/admin/token", operation_id = "create_admin_token", tag = "auth",
    responses((status = 200, body = AdminToken)),
)]
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    ApiKeyCaller(key): ApiKeyCaller,
) -> Result<Json<AdminToken>, ApiError> {
    let access_token = app.auth.service.admin_token(&key)?;
    let scopes = key.scopes.into_iter().collect();
    Ok(Json(AdminToken { access_token, token_type: "Bearer", expires_in: ADMIN_SECONDS, scopes }))
}
