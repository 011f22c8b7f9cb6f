//! Authentication over HTTP: logging in with Telegram, staying logged in, and admin tokens.

mod admin;
mod confirm;
mod login;
mod sessions;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .tag("auth", "Log in with Telegram, refresh tokens, and manage login sessions.")
        .routes(routes!(login::login).self_guarded().rate(RateClass::Login).errors(&[
            Code::AUTHENTICATION_REQUIRED,
            Code::VERSION_CONFLICT,
            Code::ACCOUNT_BANNED,
            Code::INIT_DATA_REVOKED,
        ]))
        .routes(routes!(login::refresh).self_guarded().rate(RateClass::Login).errors(&[
            Code::TOKEN_EXPIRED,
            Code::TOKEN_INVALID,
            Code::SESSION_ENDED,
            Code::REFRESH_TOKEN_REUSED,
            Code::ACCOUNT_BANNED,
        ]))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::logout).rate(RateClass::Login).not_repeatable())
        .routes(routes!(sessions::close_others).rate(RateClass::Login).not_repeatable())
        .routes(routes!(sessions::close).rate(RateClass::Login).not_repeatable())
        .routes(
            routes!(confirm::start)
                .rate(RateClass::Code)
                .not_repeatable()
                .errors(&[Code::NOT_FOUND, Code::BOT_NOT_STARTED]),
        )
        .routes(
            routes!(confirm::verify)
                .rate(RateClass::Code)
                .not_repeatable()
                .errors(&[Code::CONFIRMATION_CODE_EXPIRED, Code::CONFIRMATION_CODE_WRONG]),
        )
        .routes(routes!(admin::token).not_repeatable())
}
