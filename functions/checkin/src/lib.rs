//! Check-in over HTTP: lists, scans, how they stand.

use ibw::http::Routes;

/// The routes of this function.
pub fn routes<R: Routes>() -> R {
    R::default()
}
