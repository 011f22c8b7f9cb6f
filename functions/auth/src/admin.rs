//! Admin tokens.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::service::ADMIN_SECONDS;
use ibw::error::ApiError;
use ibw::http::{ApiKeyCaller, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// A token that stands for an API key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminTokenResponse {
    /// For `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long it is good, in seconds.
    expires_in: i64,
    /// What it may do: the key's scopes; `*` is everything.
    scopes: Vec<String>,
}

/// Get an admin token for an API key.
#[utoipa::path(
    post, path = "/api/v1/auth/admin/token", operation_id = "admin_token", tag = "auth",
    responses((status = 200, body = AdminTokenResponse)),
)]
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    ApiKeyCaller(key): ApiKeyCaller,
) -> Result<Json<AdminTokenResponse>, ApiError> {
    let access_token = app.auth.service.admin_token(&key)?;
    let scopes = key.scopes.into_iter().collect();
    Ok(Json(AdminTokenResponse { access_token, token_type: "Bearer", expires_in: ADMIN_SECONDS, scopes }))
}
