//! Bookmarks: the sessions that one means to go to.

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

/// List the sessions you bookmarked, in order of time: at most 500, all on one page.
///
/// Each names those it clashes with. A session that was cancelled is there as it was last, and `cancelled`.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/bookmarks", operation_id = "list_bookmarks", tag = "agenda",
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

/// Bookmark a session of the current release. One that is bookmarked stays so.
#[utoipa::path(
    put, path = "/api/v1/conferences/{slug}/agenda/bookmarks/{session}", operation_id = "bookmark_session",
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

/// Take a bookmark away, if it is there.
#[utoipa::path(
    delete, path = "/api/v1/conferences/{slug}/agenda/bookmarks/{session}", operation_id = "delete_bookmark",
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
