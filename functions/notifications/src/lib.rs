//! Notifications over HTTP: the caller's feed and preferences, and the organisers' templates and jobs.

mod actions;
mod feed;
mod jobs;
mod preferences;
mod recipients;
mod templates;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

/// What an action on a job answers if the job's state forbids it, or if other changes of the job win every time.
const ACTION: &[Code] = &[Code::JobStateConflict, Code::VersionConflict];

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(feed::list))
        .routes(routes!(feed::unread_count))
        .routes(routes!(feed::read))
        .routes(routes!(feed::read_all))
        .routes(routes!(preferences::show, preferences::set))
        .routes(routes!(templates::list).errors(&[Code::NotAcceptable]))
        .routes(routes!(templates::create).errors(&[Code::MessageInvalid, Code::TemplateNameTaken]))
        .routes(routes!(templates::show, templates::delete))
        .routes(routes!(templates::update).errors(&[Code::MessageInvalid]))
        .routes(routes!(templates::preview).errors(&[Code::MessageInvalid]))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::create).errors(&[Code::MessageInvalid]))
        .routes(routes!(jobs::show))
        .routes(routes!(jobs::update).errors(&[Code::JobStateConflict, Code::MessageInvalid]))
        .routes(routes!(jobs::delete).errors(&[Code::JobStateConflict]))
        .routes(routes!(jobs::preview))
        .routes(routes!(jobs::test))
        .routes(routes!(actions::schedule).errors(ACTION))
        .routes(routes!(actions::start).errors(ACTION))
        .routes(routes!(actions::pause).errors(ACTION))
        .routes(routes!(actions::resume).errors(ACTION))
        .routes(routes!(actions::cancel).errors(ACTION))
        .routes(routes!(actions::retry_failed).errors(ACTION))
        .routes(routes!(recipients::list))
        .routes(routes!(recipients::export).errors(&[Code::NotAcceptable]))
}
