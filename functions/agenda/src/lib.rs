//! Agendas over HTTP: drafts, releases, imports, bookmarks, calendars.

mod bookmarks;
mod calendar;

use ibw::http::Routes;
use ibw::routes;

/// The routes of this function.
pub fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(bookmarks::list))
        .routes(routes!(bookmarks::put, bookmarks::delete))
        .routes(routes!(calendar::create_token))
        .routes(routes!(calendar::show))
}
