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

/// Errors of a change of the draft.
const DRAFT_ERRORS: [Code; 2] = [Code::AGENDA_TOO_LARGE, Code::VERSION_CONFLICT];
/// Errors of an import, which writes speakers and then the draft.
const IMPORT_ERRORS: [Code; 3] = [Code::AGENDA_TOO_LARGE, Code::SCHEDULE_INVALID, Code::VERSION_CONFLICT];

fn routes<R: Routes>() -> R {
    R::default()
        .tag("agenda", "Agenda of a conference: draft, releases, bookmarks and calendars.")
        .routes(routes!(agenda::show).head().errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(agenda::releases).head())
        .routes(routes!(agenda::release).head().errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(draft::show).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(draft::create).audited("agenda_session.create").errors(&DRAFT_ERRORS))
        .routes(routes!(draft::update).audited("agenda_session.update").errors(&DRAFT_ERRORS))
        .routes(routes!(draft::delete).audited("agenda_session.delete").errors(&DRAFT_ERRORS))
        .routes(routes!(draft::diff).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(
            routes!(draft::publish)
                .audited("agenda.release")
                .errors(&[Code::AGENDA_TOO_LARGE, Code::NOTHING_TO_RELEASE]),
        )
        .routes(routes!(schedule::import).audited("agenda.import").large_body(5).errors(&IMPORT_ERRORS))
        .routes(routes!(schedule::export).head().errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(bookmarks::list).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(bookmarks::put).errors(&[Code::TOO_MANY_BOOKMARKS]))
        .routes(routes!(bookmarks::delete))
        .routes(routes!(calendar::create_token).not_repeatable().errors(&[Code::VERSION_CONFLICT]))
        .routes(routes!(calendar::show).head().self_guarded().rate(RateClass::Read).errors(&[Code::NOT_ACCEPTABLE]))
}
