//! What is released of an agenda, for everybody to read.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use ibw::agenda::filter::Filter;
use ibw::agenda::model::{Agenda, Release};
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{ETagged, IfNoneMatch, Json, Path, Paths, Query};
use ibw::id::SpeakerId;
use ibw::page::{Page, PageRequest};
use ibw::text::Slug;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which sessions to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AgendaQuery {
    /// Those that begin on this day, by the clocks of the conference.
    #[param(value_type = Option<String>, format = Date, example = "2026-12-01")]
    day: Option<Date>,
    /// Those of this track.
    track: Option<String>,
    /// Those on this stage.
    stage: Option<String>,
    /// Those in which this speaker speaks.
    speaker: Option<SpeakerId>,
}

/// Get the agenda: the current release.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda", operation_id = "get_agenda", tag = "agenda",
    responses(
        (status = 200, body = Agenda, headers(("ETag", description = "The release's number."))),
        (status = 304),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(conference): Path<Slug>,
    Query(query): Query<AgendaQuery>,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    let number = app.agenda.service.current_number(&conference).await?;
    if known.has_version(number) {
        return Ok(ETagged::read(number, (), &known).into_response());
    }
    let filter = Filter { day: query.day, track: query.track, stage: query.stage, speaker: query.speaker };
    let agenda = app.agenda.service.release(&conference, number).await?.only(&filter);
    Ok(ETagged::new(number, agenda).into_response())
}

/// List all releases of an agenda, newest first.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/releases", operation_id = "list_releases", tag = "agenda",
    responses((status = 200, body = Page<Release>)),
)]
pub(crate) async fn releases(
    State(app): State<Arc<App>>,
    Path(conference): Path<Slug>,
    page: PageRequest,
) -> Result<Json<Page<Release>>, ApiError> {
    Ok(Json(app.agenda.service.releases(&conference, &page).await?))
}

/// Get a release, as it was published.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/releases/{number}", operation_id = "get_release",
    tag = "agenda",
    responses(
        (status = 200, body = Agenda, headers(("ETag", description = "The release's number."))),
        (status = 304),
    ),
)]
pub(crate) async fn release(
    State(app): State<Arc<App>>,
    Paths(conference, number): Paths<Slug, u64>,
    known: IfNoneMatch,
) -> Result<ETagged<Agenda>, ApiError> {
    let agenda = app.agenda.service.release(&conference, number).await?;
    Ok(ETagged::read(number, agenda, &known))
}
