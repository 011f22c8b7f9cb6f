//! Authentication over HTTP: logging in with Telegram, staying logged in, and admin tokens.

mod admin;
mod login;
mod sessions;

use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(login::login).self_guarded().rate(RateClass::Login))
        .routes(routes!(login::refresh).self_guarded().rate(RateClass::Login))
        .routes(routes!(sessions::logout).not_repeatable())
        .routes(routes!(sessions::list, sessions::close_others).not_repeatable())
        .routes(routes!(sessions::close).not_repeatable())
        .routes(routes!(admin::token).not_repeatable())
}
