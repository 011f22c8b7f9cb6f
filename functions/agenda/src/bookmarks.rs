//! Bookmarks of sessions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::agenda::bookmark::BookmarkedSession;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json, Path, Paths};
use ibw::id::AgendaSessionId;
use ibw::page::Page;
use ibw::text::Slug;

/// List the sessions you bookmarked, by start time.
///
/// All are on one page: a user has at most 500 bookmarks.
/// Each session lists the other bookmarked sessions that it overlaps with.
/// A cancelled session is listed as it was last, with `cancelled` set.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/bookmarks", operation_id = "list_bookmarked_sessions", tag = "agenda",
    responses((status = 200, body = Page<BookmarkedSession>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(slug): Path<Slug>,
) -> Result<Json<Page<BookmarkedSession>>, ApiError> {
    let items = app.agenda.bookmarks.plan(user.id, &slug).await?;
    Ok(Json(Page::last(items)))
}

/// Bookmark a session of the current release.
///
/// If the session is bookmarked already, nothing changes.
#[utoipa::path(
    put, path = "/api/v1/conferences/{slug}/agenda/bookmarks/{session}", operation_id = "bookmark_agenda_session",
    tag = "agenda",
    responses((status = 204)),
)]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Paths(slug, session): Paths<Slug, AgendaSessionId>,
) -> Result<StatusCode, ApiError> {
    app.agenda.bookmarks.put(user.id, &slug, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a bookmark.
///
/// If the session is not bookmarked, nothing changes.
#[utoipa::path(
    delete, path = "/api/v1/conferences/{slug}/agenda/bookmarks/{session}", operation_id = "delete_agenda_bookmark",
    tag = "agenda",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Paths(slug, session): Paths<Slug, AgendaSessionId>,
) -> Result<StatusCode, ApiError> {
    app.agenda.bookmarks.delete(user.id, &slug, session).await?;
    Ok(StatusCode::NO_CONTENT)
}
