//! Whether the API is well.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::{ApiError, Code};
use ibw::http::{Admin, Json, Query, scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How closely to look.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HealthQuery {
    /// With 1 every table is asked for, which only admins may.
    #[serde(default)]
    #[param(inline)]
    deep: Depth,
}

/// How closely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum Depth {
    /// It answers.
    #[default]
    #[serde(rename = "0")]
    Shallow,
    /// What it needs answers too.
    #[serde(rename = "1")]
    Deep,
}

/// The API is well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`; what is not well is an error.
    status: &'static str,
    /// What is deployed: a version or commit.
    build: String,
    /// The tables that were asked for and can be reached: all of them with `deep`.
    tables: Vec<&'static str>,
}

/// See whether the API is well.
///
/// With `deep=1`, for admins, 503 names the tables that cannot be reached.
#[utoipa::path(
    get, path = "/api/v1/health", operation_id = "get_health", tag = "docs",
    responses((status = 200, body = Health)),
)]
pub(crate) async fn health(
    State(app): State<Arc<App>>,
    Query(query): Query<HealthQuery>,
    admin: Result<Admin<scope::HealthRead>, ApiError>,
) -> Result<Json<Health>, ApiError> {
    let mut tables = Vec::new();
    if query.deep == Depth::Deep {
        admin?;
        let mut error = ApiError::new(Code::Unavailable, "A table cannot be reached.");
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
    Ok(Json(Health { status: "ok", build: app.config.build.clone(), tables }))
}
