//! The health check.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::rights;
use ibw::error::{ApiError, Code};
use ibw::http::{Allowed, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Options of the health check.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HealthQuery {
    /// `true` checks all tables and needs the scope `health:read`. Default: `false`, which checks none.
    #[serde(default)]
    deep: bool,
}

/// Health of the API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiHealth {
    /// Always `ok`. A problem is answered with an error.
    status: &'static str,
    /// Version or commit that is deployed.
    build: String,
    /// Tables that were checked and can be reached: all with `deep=true`, else none.
    tables: Vec<&'static str>,
}

/// Check the health of the API.
///
/// With `deep=true`, which is for admins, a 503 names the tables that cannot be reached in `details`.
#[utoipa::path(
    get, path = "/api/v1/health", operation_id = "get_health", tag = "docs",
    responses((status = 200, body = ApiHealth)),
)]
pub(crate) async fn health(
    State(app): State<Arc<App>>,
    Query(query): Query<HealthQuery>,
    admin: Result<Allowed<rights::HealthRead>, ApiError>,
) -> Result<Json<ApiHealth>, ApiError> {
    let mut tables = Vec::new();
    if query.deep {
        admin?;
        let mut error = ApiError::new(Code::UNAVAILABLE, "A table cannot be reached. See `details`.");
        for (table, reached) in app.platform.tables.ping().await {
            match reached {
                Ok(()) => tables.push(table),
                Err(cause) => {
                    tracing::error!(table, error = %cause, "health.table_unreachable");
                    error = error.detail(table, "cannot be reached");
                }
            }
        }
        if !error.details.is_empty() {
            return Err(error);
        }
    }
    Ok(Json(ApiHealth { status: "ok", build: app.config.build.clone(), tables }))
}
