//! Agendas over HTTP: drafts, releases, imports, bookmarks, calendars.

use ibw::http::Routes;

/// The routes of this function.
pub fn routes<R: Routes>() -> R {
    R::default()
}
