//! Agendas over HTTP: drafts, releases, imports, bookmarks, calendars.

mod agenda;
mod bookmarks;
mod calendar;
mod draft;
mod schedule;

use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(agenda::show))
        .routes(routes!(agenda::releases))
        .routes(routes!(agenda::release))
        .routes(routes!(draft::show))
        .routes(routes!(draft::create))
        .routes(routes!(draft::update, draft::delete))
        .routes(routes!(draft::diff))
        .routes(routes!(draft::publish))
        .routes(routes!(schedule::import).large_body(5))
        .routes(routes!(schedule::export))
        .routes(routes!(bookmarks::list))
        .routes(routes!(bookmarks::put, bookmarks::delete))
        .routes(routes!(calendar::create_token).not_repeatable().cache("no-store"))
        .routes(routes!(calendar::show).self_guarded().rate(RateClass::Read).cache("private, no-cache"))
}
