//! Tickets over HTTP: imports, claims, the ticketing system's webhook, the directory of attendees.

use ibw::http::Routes;

/// The routes of this function.
pub fn routes<R: Routes>() -> R {
    R::default()
}
