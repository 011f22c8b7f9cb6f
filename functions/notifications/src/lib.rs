//! Notifications over HTTP: one's own feed and preferences, and the organisers' templates and jobs.

mod actions;
mod feed;
mod jobs;
mod preferences;
mod recipients;
mod templates;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(feed::list))
        .routes(routes!(feed::unread_count))
        .routes(routes!(feed::read))
        .routes(routes!(feed::read_all))
        .routes(routes!(preferences::show, preferences::set))
        .routes(routes!(templates::list, templates::create))
        .routes(routes!(templates::show, templates::update, templates::delete))
        .routes(routes!(templates::preview))
        .routes(routes!(jobs::list, jobs::create))
        .routes(routes!(jobs::show, jobs::update, jobs::delete))
        .routes(routes!(jobs::preview))
        .routes(routes!(jobs::test))
        .routes(routes!(actions::schedule))
        .routes(routes!(actions::start))
        .routes(routes!(actions::pause))
        .routes(routes!(actions::resume))
        .routes(routes!(actions::cancel))
        .routes(routes!(actions::retry_failed))
        .routes(routes!(recipients::list))
        .routes(routes!(recipients::export))
}
