//! Authentication over HTTP: logging in with Telegram, staying logged in, and admin tokens.

mod admin;
mod login;
mod sessions;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(login::login))
        .routes(routes!(login::refresh))
        .routes(routes!(sessions::logout))
        .routes(routes!(sessions::list, sessions::close_others))
        .routes(routes!(sessions::close))
        .routes(routes!(admin::token))
}
