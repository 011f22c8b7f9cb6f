//! Conferences: public to read, written by organisers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::conferences::model::Conference;
use ibw::conferences::service::{ConferencePatch, NewConference};
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, IfNoneMatch, Json, Path, RequiredIfMatch, tagged_page};
use ibw::page::{Page, PageRequest};
use ibw::text::Slug;

/// List all conferences, latest start first.
#[utoipa::path(
    get, path = "/api/v1/conferences", operation_id = "list_conferences", tag = "conferences",
    responses(
        (status = 200, body = Page<Conference>, headers(("ETag" = String, description = "Digest of the page, weak."))),
        (status = 304, headers(("ETag" = String, description = "Digest of the page, weak."))),
    ),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    page: PageRequest,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    tagged_page(app.conferences.service.list(&page).await?, &known)
}

/// Create a conference.
#[utoipa::path(
    post, path = "/api/v1/conferences", operation_id = "create_conference", tag = "conferences",
    responses((status = 201, body = Conference, headers(("ETag", description = "The conference's version.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Allowed<rights::ConferencesWrite>,
    actor: Actor,
    Json(new): Json<NewConference>,
) -> Result<(StatusCode, ETagged<Conference>), ApiError> {
    let conference = app.conferences.service.create(&actor, new).await?;
    Ok((StatusCode::CREATED, ETagged::new(conference.version, conference)))
}

/// Get a conference.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}", operation_id = "get_conference", tag = "conferences",
    responses(
        (status = 200, body = Conference, headers(("ETag", description = "The conference's version."))),
        (status = 304, headers(("ETag", description = "The conference's version."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(slug): Path<Slug>,
    known: IfNoneMatch,
) -> Result<ETagged<Conference>, ApiError> {
    let conference = app.conferences.service.show(&slug).await?;
    Ok(ETagged::new(conference.version, conference).unless(known))
}

/// Change a conference.
///
/// A field that is not sent stays as it is. `null` clears an optional field.
#[utoipa::path(
    patch, path = "/api/v1/conferences/{slug}", operation_id = "update_conference", tag = "conferences",
    responses((status = 200, body = Conference, headers(("ETag", description = "The conference's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Allowed<rights::ConferencesWrite>,
    actor: Actor,
    Path(slug): Path<Slug>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(patch): Json<ConferencePatch>,
) -> Result<ETagged<Conference>, ApiError> {
    let conference = app.conferences.service.update(&actor, &slug, patch, &expected).await?;
    Ok(ETagged::new(conference.version, conference))
}

/// Delete an empty conference.
///
/// It must have no sessions, speakers, check-in lists or tickets.
#[utoipa::path(
    delete, path = "/api/v1/conferences/{slug}", operation_id = "delete_conference", tag = "conferences",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Allowed<rights::ConferencesWrite>,
    actor: Actor,
    Path(slug): Path<Slug>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.conferences.service.delete(&actor, &slug, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
