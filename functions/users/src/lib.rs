//! Users over HTTP: one's own profile and its rights, and finding others.

mod directory;
mod email;
mod me;
mod privacy;

use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(me::show, me::update, privacy::erase))
        .routes(routes!(privacy::export))
        .routes(routes!(me::set_socials))
        .routes(routes!(me::onboard))
        .routes(routes!(email::start).rate(RateClass::Code))
        .routes(routes!(email::verify).rate(RateClass::Code))
        .routes(routes!(directory::list))
        .routes(routes!(directory::show))
        .routes(routes!(directory::by_telegram))
}
