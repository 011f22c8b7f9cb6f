//! Telegram's webhook.

mod webhook;

use ibw::http::Routes;
use ibw::routes;

/// The routes of this function.
pub fn routes<R: Routes>() -> R {
    R::default().routes(routes!(webhook::receive).self_guarded())
}
