//! Authentication over HTTP: logging in with Telegram, staying logged in, and admin tokens.

mod admin;
mod login;
mod sessions;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(
            routes!(login::login)
                .self_guarded()
                .rate(RateClass::Login)
                .errors(&[Code::AuthenticationRequired, Code::VersionConflict]),
        )
        .routes(routes!(login::refresh).self_guarded().rate(RateClass::Login).errors(&[
            Code::TokenExpired,
            Code::TokenInvalid,
            Code::SessionEnded,
            Code::RefreshTokenReused,
        ]))
        .routes(routes!(sessions::logout).not_repeatable())
        .routes(routes!(sessions::list, sessions::close_others).not_repeatable())
        .routes(routes!(sessions::close).not_repeatable())
        .routes(routes!(admin::token).not_repeatable())
}
