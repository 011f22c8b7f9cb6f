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
        .routes(routes!(me::show).errors(&[Code::NotFound]))
        .routes(routes!(me::update, privacy::erase).errors(&[Code::NotFound, Code::VersionConflict]))
        .routes(routes!(privacy::export).errors(&[Code::NotFound, Code::NotAcceptable]))
        .routes(routes!(me::set_socials).errors(&[
            Code::NotFound,
            Code::VersionConflict,
            Code::TwitterUsernameTaken,
            Code::LinkedinUsernameTaken,
            Code::GithubUsernameTaken,
            Code::KgenUsernameTaken,
        ]))
        .routes(routes!(me::onboard).errors(&[Code::NotFound, Code::VersionConflict]))
        .routes(routes!(email::start).rate(RateClass::Code).errors(&[
            Code::NotFound,
            Code::VersionConflict,
            Code::EmailAlreadyVerified,
        ]))
        .routes(routes!(email::verify).rate(RateClass::Code).errors(&[
            Code::NotFound,
            Code::VersionConflict,
            Code::EmailTaken,
            Code::EmailCodeExpired,
            Code::EmailCodeWrong,
        ]))
        .routes(routes!(directory::list))
        .routes(routes!(directory::show))
        .routes(routes!(directory::by_telegram))
}
