//! Side events over HTTP, and registering for them.

mod caller;
mod events;
mod guests;
mod moderation;
mod registrations;
mod sharing;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(events::list, events::create))
        .routes(routes!(events::mine))
        .routes(routes!(events::show, events::update, events::cancel))
        .routes(routes!(moderation::approve))
        .routes(routes!(moderation::reject))
        .routes(routes!(moderation::duplicate))
        .routes(routes!(guests::list, registrations::register))
        .routes(routes!(registrations::show, registrations::cancel))
        .routes(routes!(registrations::accept))
        .routes(routes!(registrations::decline))
        .routes(routes!(registrations::code))
        .routes(routes!(guests::approve))
        .routes(routes!(guests::decline))
        .routes(routes!(guests::check_in))
        .routes(routes!(sharing::calendar))
        .routes(routes!(sharing::share))
}
