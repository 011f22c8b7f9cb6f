//! The published releases of an agenda, which everybody can read.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use ibw::agenda::filter::Filter;
use ibw::agenda::model::{Agenda, Release};
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{ETagged, IfNoneMatch, Path, Paths, Query, prepared, tagged_page};
use ibw::page::{Page, PageRequest};
use ibw::speakers::model::SpeakerId;
use ibw::text::Slug;
use ibw::time::Date;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of an agenda. All that are set must match.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AgendaQuery {
    /// Only sessions that start on this day, in the conference's time zone.
    day: Option<Date>,
    /// Only sessions of this track.
    track: Option<String>,
    /// Only sessions on this stage.
    stage: Option<String>,
    /// Only sessions of the speaker with this id.
    speaker: Option<SpeakerId>,
}

/// Get the current release of the agenda.
///
/// The filters apply to cancelled sessions too.
/// The answer is 404 before the first release.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda", operation_id = "get_agenda", tag = "agenda",
    responses(
        (status = 200, body = Agenda, headers(("ETag" = String, description = "Number of the release."))),
        (status = 304, headers(("ETag" = String, description = "Number of the release."))),
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
        return Ok(ETagged::new(number, ()).unless(known).into_response());
    }
    let released = app.agenda.service.release(&conference, number).await?;
    let filter = Filter { day: query.day, track: query.track, stage: query.stage, speaker: query.speaker };
    if filter == Filter::default() {
        return Ok(prepared(number, released.json.clone(), || released.gzip(), &known));
    }
    Ok(ETagged::new(number, released.agenda.only(&filter)).into_response())
}

/// List the releases of an agenda, newest first.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/releases", operation_id = "list_agenda_releases", tag = "agenda",
    responses(
        (status = 200, body = Page<Release>, headers(("ETag" = String, description = "Digest of the page, weak."))),
        (status = 304, headers(("ETag" = String, description = "Digest of the page, weak."))),
    ),
)]
pub(crate) async fn releases(
    State(app): State<Arc<App>>,
    Path(conference): Path<Slug>,
    page: PageRequest,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    tagged_page(app.agenda.service.releases(&conference, &page).await?, &known)
}

/// Get a release of the agenda.
///
/// A release never changes after it is published.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/releases/{number}", operation_id = "get_agenda_release",
    tag = "agenda",
    responses(
        (status = 200, body = Agenda, headers(("ETag" = String, description = "Number of the release."))),
        (status = 304, headers(("ETag" = String, description = "Number of the release."))),
    ),
)]
pub(crate) async fn release(
    State(app): State<Arc<App>>,
    Paths(conference, number): Paths<Slug, u64>,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    let released = app.agenda.service.release(&conference, number).await?;
    Ok(prepared(number, released.json.clone(), || released.gzip(), &known))
}
