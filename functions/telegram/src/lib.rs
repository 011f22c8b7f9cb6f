//! Telegram's webhook.

mod webhook;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default().tag("telegram", "Webhook for Telegram.").routes(routes!(webhook::receive).self_guarded())
}
