//! Conferences, for everybody to read and for organisers to write.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use ibw::app::App;
use ibw::conferences::model::Conference;
use ibw::conferences::service::{ConferencePatch, NewConference};
use ibw::error::ApiError;
use ibw::http::{Admin, ETagged, Errors, IfMatch, Json, PageQuery, Path, Query, RequiredIfMatch, scope};
use ibw::page::Page;
use ibw::text::Slug;

/// List all conferences, the last to begin first.
#[utoipa::path(
    get, path = "/api/v1/conferences", operation_id = "list_conferences", tag = "conferences",
    params(PageQuery), security(()),
    responses((status = 200, body = Page<Conference>), Errors),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Conference>>, ApiError> {
    Ok(Json(app.conferences.list(&page.checked()?).await?))
}

/// Write a conference.
#[utoipa::path(
    post, path = "/api/v1/conferences", operation_id = "create_conference", tag = "conferences",
    request_body = NewConference, security(("bearer" = []), ("telegram" = []), ("api_key" = [])),
    responses((status = 201, body = Conference, headers(("ETag", description = "The conference's version."))), Errors),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Admin<scope::ConferencesWrite>,
    Json(new): Json<NewConference>,
) -> Result<(StatusCode, ETagged<Conference>), ApiError> {
    let conference = app.conferences.create(new).await?;
    Ok((StatusCode::CREATED, ETagged::new(conference.version, conference)))
}

/// Get a conference.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}", operation_id = "get_conference", tag = "conferences",
    params(("slug" = Slug, Path, description = "The conference.")), security(()),
    responses((status = 200, body = Conference, headers(("ETag", description = "The conference's version."))), (status = 304), Errors),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(slug): Path<Slug>,
    headers: HeaderMap,
) -> Result<ETagged<Conference>, ApiError> {
    let conference = app.conferences.get(&slug).await?;
    Ok(ETagged::read(conference.version, conference, &headers))
}

/// Change a conference: what is absent stays, `null` clears.
#[utoipa::path(
    patch, path = "/api/v1/conferences/{slug}", operation_id = "update_conference", tag = "conferences",
    params(("slug" = Slug, Path, description = "The conference."), IfMatch),
    request_body = ConferencePatch, security(("bearer" = []), ("telegram" = []), ("api_key" = [])),
    responses((status = 200, body = Conference, headers(("ETag", description = "The conference's new version."))), Errors),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Admin<scope::ConferencesWrite>,
    Path(slug): Path<Slug>,
    RequiredIfMatch(version): RequiredIfMatch,
    Json(patch): Json<ConferencePatch>,
) -> Result<ETagged<Conference>, ApiError> {
    let conference = app.conferences.update(&slug, patch, version).await?;
    Ok(ETagged::new(conference.version, conference))
}

/// Delete a conference that has no sessions, speakers, lists or tickets.
#[utoipa::path(
    delete, path = "/api/v1/conferences/{slug}", operation_id = "delete_conference", tag = "conferences",
    params(("slug" = Slug, Path, description = "The conference."), IfMatch),
    security(("bearer" = []), ("telegram" = []), ("api_key" = [])),
    responses((status = 204), Errors),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Admin<scope::ConferencesWrite>,
    Path(slug): Path<Slug>,
    RequiredIfMatch(version): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.conferences.delete(&slug, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
