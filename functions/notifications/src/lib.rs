//! Notifications over HTTP: the caller's feed and preferences, and the organisers' templates and jobs.

mod actions;
mod feed;
mod jobs;
mod preferences;
mod recipients;
mod sender;
mod sending;
mod templates;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

/// What an action on a job answers if the job's state forbids it, or if other changes of the job win every time.
const ACTION: &[Code] = &[Code::JOB_STATE_CONFLICT, Code::VERSION_CONFLICT];

fn routes<R: Routes>() -> R {
    R::default()
        .tag("notifications", "Your notifications and preferences, and templates and jobs for organisers.")
        .routes(routes!(feed::list))
        .routes(routes!(feed::unread_count))
        .routes(routes!(feed::read))
        .routes(routes!(feed::read_all))
        .routes(routes!(preferences::show, preferences::set))
        .routes(routes!(templates::list).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(templates::create).errors(&[Code::MESSAGE_INVALID, Code::TEMPLATE_NAME_TAKEN]))
        .routes(routes!(templates::show, templates::delete))
        .routes(routes!(templates::update).errors(&[Code::MESSAGE_INVALID]))
        .routes(routes!(templates::preview).errors(&[Code::MESSAGE_INVALID]))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::create).errors(&[Code::MESSAGE_INVALID, Code::FRESH_PROOF_REQUIRED]))
        .routes(routes!(jobs::show))
        .routes(routes!(jobs::update).errors(&[Code::JOB_STATE_CONFLICT, Code::MESSAGE_INVALID]))
        .routes(routes!(jobs::delete).errors(&[Code::JOB_STATE_CONFLICT]))
        .routes(routes!(jobs::preview))
        .routes(routes!(jobs::test))
        .routes(routes!(actions::schedule).errors(ACTION))
        .routes(routes!(actions::start).errors(ACTION))
        .routes(routes!(actions::pause).errors(ACTION))
        .routes(routes!(actions::resume).errors(ACTION))
        .routes(routes!(actions::cancel).errors(ACTION))
        .routes(routes!(actions::retry_failed).errors(ACTION))
        .routes(routes!(recipients::list))
        .routes(routes!(recipients::export).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(sending::show))
        .routes(routes!(sending::resume))
}
