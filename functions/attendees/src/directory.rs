//! The attendee directory of a conference.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json, Path};
use ibw::page::{Page, PageRequest};
use ibw::text::Slug;
use ibw::users::model::Viewer;
use ibw::users::view::PublicUser;
use serde::Deserialize;
use utoipa::ToSchema;

/// List the attendees of a conference.
///
/// Only attendees who chose to be listed. Users you may not see are left out, so a page may have fewer users than
/// `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/attendees", operation_id = "list_attendees", tag = "attendees",
    responses((status = 200, body = Page<PublicUser>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(slug): Path<Slug>,
    page: PageRequest,
) -> Result<Json<Page<PublicUser>>, ApiError> {
    let found = app.attendees.service.directory(&slug, &Viewer::User(user.id), &page).await?;
    Ok(Json(found.map(PublicUser::from)))
}

/// Choice to be listed in the attendee directory.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AttendeeListing, example = json!({"listed": true}))]
pub(crate) struct Listed {
    /// Whether you are listed.
    listed: bool,
}

/// Join or leave the attendee directory of a conference.
///
/// You need a claimed ticket.
#[utoipa::path(
    put, path = "/api/v1/conferences/{slug}/attendees/me/directory", operation_id = "set_attendee_listing",
    tag = "attendees",
    responses((status = 204)),
)]
pub(crate) async fn set_listed(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(slug): Path<Slug>,
    Json(body): Json<Listed>,
) -> Result<StatusCode, ApiError> {
    app.attendees.service.set_listed(user.id, &slug, body.listed).await?;
    Ok(StatusCode::NO_CONTENT)
}
