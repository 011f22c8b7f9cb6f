//! Users over HTTP: one's own profile and its rights, and finding others.

mod directory;
mod email;
mod me;
mod privacy;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

/// A token outlives its user for up to 15 minutes, so routes of one's own profile can answer 404.
fn routes<R: Routes>() -> R {
    R::default()
        .tag("users", "Your profile, profiles of other users, and the directory.")
        .tag("privacy", "Your personal data: export and erasure.")
        .routes(routes!(me::show).errors(&[Code::NOT_FOUND]))
        .routes(routes!(me::update, privacy::erase).errors(&[Code::NOT_FOUND, Code::VERSION_CONFLICT]))
        .routes(routes!(privacy::cancel).errors(&[Code::NOT_FOUND, Code::VERSION_CONFLICT]))
        .routes(routes!(privacy::export).errors(&[Code::NOT_FOUND, Code::NOT_ACCEPTABLE]))
        .routes(routes!(me::set_socials).errors(&[
            Code::NOT_FOUND,
            Code::VERSION_CONFLICT,
            Code::TWITTER_USERNAME_TAKEN,
            Code::LINKEDIN_USERNAME_TAKEN,
            Code::GITHUB_USERNAME_TAKEN,
            Code::KGEN_USERNAME_TAKEN,
        ]))
        .routes(routes!(me::onboard).errors(&[Code::NOT_FOUND, Code::VERSION_CONFLICT]))
        .routes(routes!(email::start).rate(RateClass::Code).errors(&[
            Code::NOT_FOUND,
            Code::VERSION_CONFLICT,
            Code::EMAIL_ALREADY_VERIFIED,
            Code::EMAIL_LIMITED,
            Code::EMAIL_SUPPRESSED,
        ]))
        .routes(routes!(email::verify).rate(RateClass::Code).errors(&[
            Code::NOT_FOUND,
            Code::VERSION_CONFLICT,
            Code::EMAIL_TAKEN,
            Code::EMAIL_CODE_EXPIRED,
            Code::EMAIL_CODE_WRONG,
        ]))
        .routes(routes!(directory::list).head())
        .routes(routes!(directory::show))
        .routes(routes!(directory::by_telegram))
}
