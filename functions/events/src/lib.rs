//! Side events over HTTP, and registering for them.

use ibw::http::Routes;

/// The routes of this function.
pub fn routes<R: Routes>() -> R {
    R::default()
}
