//! Imports of tickets, for organisers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use ibw::app::App;
use ibw::attendees::import::{Import, ImportId, RowResult, RowState};
use ibw::attendees::service::NewImport;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, Json, Paged, Path, Paths, csv_file};
use ibw::page::Page;
use ibw::text::Slug;
use serde::Deserialize;
use utoipa::IntoParams;

/// Import tickets from an upload or from the request.
///
/// An upload has at most 50,000 rows. The import runs in the background: read it to see its progress.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/attendees/import", operation_id = "import_tickets",
    tag = "attendees",
    responses((status = 202, body = Import)),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AttendeesWrite>,
    actor: Actor,
    Path(slug): Path<Slug>,
    Json(new): Json<NewImport>,
) -> Result<(StatusCode, Json<Import>), ApiError> {
    let import = app.attendees.imports.create(&actor, &slug, new).await?;
    Ok((StatusCode::ACCEPTED, Json(import)))
}

/// Get the progress of a ticket import.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/imports/{id}", operation_id = "get_ticket_import",
    tag = "attendees",
    responses((status = 200, body = Import)),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AttendeesRead>,
    Paths(slug, id): Paths<Slug, ImportId>,
) -> Result<Json<Import>, ApiError> {
    Ok(Json(app.attendees.imports.get(&slug, id).await?))
}

/// Filter of the list of rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// Filter by result. Default: all.
    #[param(inline)]
    state: Option<RowState>,
}

/// List the rows of a ticket import with their results.
///
/// With `state`, a page may have fewer rows than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/imports/{id}/report",
    operation_id = "list_ticket_import_rows", tag = "attendees",
    responses((status = 200, body = Page<RowResult>)),
)]
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    _: Allowed<rights::TicketsRead>,
    Paths(slug, id): Paths<Slug, ImportId>,
    Paged(query, page): Paged<ReportQuery>,
) -> Result<Json<Page<RowResult>>, ApiError> {
    Ok(Json(app.attendees.imports.report(&slug, id, query.state, &page).await?))
}

/// Export the rows of a ticket import as CSV.
///
/// The columns are `row,code,state,column,problem`, with a line for each problem of a row.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees/imports/{id}/export",
    operation_id = "export_ticket_import_rows", tag = "attendees",
    responses((
        status = 200, body = String, content_type = "text/csv",
        headers(("Content-Disposition" = String, description = "The name of the file, from the id of the import.")),
    )),
)]
pub(crate) async fn whole_report(
    State(app): State<Arc<App>>,
    _: Allowed<rights::TicketsRead>,
    Paths(slug, id): Paths<Slug, ImportId>,
) -> Result<Response, ApiError> {
    Ok(csv_file(&id.to_string(), app.attendees.imports.whole_report(&slug, id).await?.0))
}
