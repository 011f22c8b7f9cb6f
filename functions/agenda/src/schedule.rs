//! Schedules in and out: the JSON that pretalx and frab export.

use std::sync::Arc;

use axum::extract::State;
use ibw::agenda::service::ImportReport;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Admin, Json, Path, Query, scope};
use ibw::text::Slug;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// What to export.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// The draft, for organisers.
    #[serde(default)]
    #[param(inline)]
    draft: Stage,
}

/// What is exported: the current release, or the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum Stage {
    /// The current release.
    #[default]
    #[serde(rename = "0", alias = "false")]
    Released,
    /// The draft.
    #[serde(rename = "1", alias = "true")]
    Draft,
}

/// Import a schedule into the draft. What an earlier import brought and this one has no more is removed; sessions that
/// organisers wrote are left alone. The same schedule again changes nothing.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/agenda/import", operation_id = "import_agenda", tag = "agenda",
    request_body(content = Object, description = "Schedule JSON as pretalx and frab export it, at most 5 MB."),
    responses((status = 200, body = ImportReport)),
)]
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    _: Admin<scope::AgendaWrite>,
    Path(conference): Path<Slug>,
    Json(file): Json<Value>,
) -> Result<Json<ImportReport>, ApiError> {
    Ok(Json(app.agenda.service.import(&conference, &file).await?))
}

/// Export the current release as the schedule JSON that can be imported; for organisers, with `draft=1`, the draft.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/export", operation_id = "export_agenda", tag = "agenda",
    responses((status = 200, body = Object)),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    admin: Result<Admin<scope::AgendaRead>, ApiError>,
    Path(conference): Path<Slug>,
    Query(query): Query<ExportQuery>,
) -> Result<Json<Value>, ApiError> {
    if query.draft == Stage::Draft {
        admin?;
        return Ok(Json(app.agenda.service.export_draft(&conference).await?));
    }
    Ok(Json(app.agenda.service.export(&conference).await?))
}
