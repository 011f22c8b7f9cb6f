//! Check-in lists: staff read them, organisers create and change them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::checkin::model::CheckinList;
use ibw::checkin::service::{CheckinListPatch, NewCheckinList};
use ibw::error::ApiError;
use ibw::http::{Allowed, AllowedWithin, ETagged, IfNoneMatch, Json, Path, Paths, RequiredIfMatch};
use ibw::id::CheckinListId;
use ibw::page::{Page, PageRequest};
use ibw::text::Slug;

/// List the check-in lists of a conference.
///
/// The oldest list is first.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/lists", operation_id = "list_checkin_lists",
    tag = "checkin",
    responses((status = 200, body = Page<CheckinList>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: AllowedWithin<rights::CheckinRead>,
    Path(slug): Path<Slug>,
    page: PageRequest,
) -> Result<Json<Page<CheckinList>>, ApiError> {
    Ok(Json(app.checkin.service.lists(&slug, &page).await?))
}

/// Create a check-in list.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/checkin/lists", operation_id = "create_checkin_list",
    tag = "checkin",
    responses((status = 201, body = CheckinList, headers(("ETag" = String, description = "The list's version.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Allowed<rights::CheckinWrite>,
    actor: Actor,
    Path(slug): Path<Slug>,
    Json(new): Json<NewCheckinList>,
) -> Result<(StatusCode, ETagged<CheckinList>), ApiError> {
    let list = app.checkin.service.create_list(&actor, &slug, new).await?;
    Ok((StatusCode::CREATED, ETagged::new(list.version, list)))
}

/// Get a check-in list.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/checkin/lists/{id}", operation_id = "get_checkin_list",
    tag = "checkin",
    responses(
        (status = 200, body = CheckinList, headers(("ETag" = String, description = "The list's version."))),
        (status = 304, headers(("ETag" = String, description = "The list's version."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Allowed<rights::CheckinRead>,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    known: IfNoneMatch,
) -> Result<ETagged<CheckinList>, ApiError> {
    let list = app.checkin.service.list(&slug, id).await?;
    Ok(ETagged::new(list.version, list).unless(known))
}

/// Change a check-in list.
///
/// An absent field stays, `null` clears it. Earlier scans keep their results.
#[utoipa::path(
    patch, path = "/api/v1/conferences/{slug}/checkin/lists/{id}", operation_id = "update_checkin_list",
    tag = "checkin",
    responses((status = 200, body = CheckinList, headers(("ETag" = String, description = "The list's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Allowed<rights::CheckinWrite>,
    actor: Actor,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(patch): Json<CheckinListPatch>,
) -> Result<ETagged<CheckinList>, ApiError> {
    let list = app.checkin.service.update_list(&actor, &slug, id, patch, &expected).await?;
    Ok(ETagged::new(list.version, list))
}

/// Delete a check-in list that has no entries.
#[utoipa::path(
    delete, path = "/api/v1/conferences/{slug}/checkin/lists/{id}", operation_id = "delete_checkin_list",
    tag = "checkin",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Allowed<rights::CheckinWrite>,
    actor: Actor,
    Paths(slug, id): Paths<Slug, CheckinListId>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.checkin.service.delete_list(&actor, &slug, id, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
