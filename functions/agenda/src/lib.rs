//! Agendas over HTTP: drafts, releases, imports, bookmarks, calendars.

mod agenda;
mod bookmarks;
mod calendar;
mod draft;
mod schedule;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

/// Errors of an import, which writes speakers and then the draft.
const IMPORT_ERRORS: [Code; 3] = [Code::AgendaTooLarge, Code::ScheduleInvalid, Code::VersionConflict];

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(agenda::show).errors(&[Code::NotAcceptable]))
        .routes(routes!(agenda::releases))
        .routes(routes!(agenda::release).errors(&[Code::NotAcceptable]))
        .routes(routes!(draft::show).errors(&[Code::NotAcceptable]))
        .routes(routes!(draft::create).errors(&[Code::AgendaTooLarge, Code::VersionConflict]))
        .routes(routes!(draft::update, draft::delete).errors(&[Code::AgendaTooLarge, Code::VersionConflict]))
        .routes(routes!(draft::diff).errors(&[Code::NotAcceptable]))
        .routes(routes!(draft::publish).errors(&[Code::AgendaTooLarge, Code::NothingToRelease]))
        .routes(routes!(schedule::import).large_body(5).errors(&IMPORT_ERRORS))
        .routes(routes!(schedule::export).errors(&[Code::NotAcceptable]))
        .routes(routes!(bookmarks::list).errors(&[Code::NotAcceptable]))
        .routes(routes!(bookmarks::put).errors(&[Code::TooManyBookmarks]))
        .routes(routes!(bookmarks::delete))
        .routes(routes!(calendar::create_token).not_repeatable().cache("no-store").errors(&[Code::VersionConflict]))
        .routes(
            routes!(calendar::show)
                .self_guarded()
                .rate(RateClass::Read)
                .cache("private, no-cache")
                .errors(&[Code::NotAcceptable]),
        )
}
