//! Notifications over HTTP: the caller's feed and preferences, and the organisers' templates and jobs.

mod actions;
mod feed;
mod jobs;
mod preferences;
mod recipients;
mod sender;
mod sending;
mod start;
mod templates;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

/// What an action on a job answers if the job's state forbids it, or if other changes of the job win every time.
const ACTION: &[Code] = &[Code::JOB_STATE_CONFLICT, Code::VERSION_CONFLICT];

/// What a start or its approval answers besides, if the recipients are others than expected, or need two people.
const START: &[Code] =
    &[Code::JOB_STATE_CONFLICT, Code::RECIPIENTS_CHANGED, Code::TWO_PEOPLE_REQUIRED, Code::VERSION_CONFLICT];

/// The audit's name for a start or a resumption that only asks for an approval.
const ASK: &str = "notification_job.ask";

fn routes<R: Routes>() -> R {
    R::default()
        .tag("notifications", "Your notifications and preferences, and templates and jobs for organisers.")
        .routes(routes!(feed::list))
        .routes(routes!(feed::unread_count))
        .routes(routes!(feed::read))
        .routes(routes!(feed::read_all))
        .routes(routes!(preferences::show, preferences::set))
        .routes(routes!(templates::list).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(
            routes!(templates::create)
                .audited("notification_template.create")
                .errors(&[Code::MESSAGE_INVALID, Code::TEMPLATE_NAME_TAKEN]),
        )
        .routes(routes!(templates::show, templates::delete).audited("notification_template.delete"))
        .routes(routes!(templates::update).audited("notification_template.update").errors(&[Code::MESSAGE_INVALID]))
        .routes(routes!(templates::preview).errors(&[Code::MESSAGE_INVALID]))
        .routes(routes!(jobs::list))
        .routes(
            routes!(jobs::create)
                .audited("notification_job.create")
                .errors(&[Code::MESSAGE_INVALID, Code::FRESH_PROOF_REQUIRED]),
        )
        .routes(routes!(jobs::show))
        .routes(
            routes!(jobs::update)
                .audited("notification_job.update")
                .errors(&[Code::JOB_STATE_CONFLICT, Code::MESSAGE_INVALID]),
        )
        .routes(routes!(jobs::delete).audited("notification_job.delete").errors(&[Code::JOB_STATE_CONFLICT]))
        .routes(routes!(jobs::preview))
        .routes(routes!(jobs::test).audited("notification_job.test"))
        .routes(routes!(start::start).audited_as_either("notification_job.start", ASK).errors(START))
        .routes(routes!(start::schedule).audited_as_either("notification_job.schedule", ASK).errors(START))
        .routes(routes!(start::approve).audited("notification_job.approve").errors(START))
        .routes(routes!(actions::pause).audited("notification_job.pause").errors(ACTION))
        .routes(routes!(start::resume).audited_as_either("notification_job.resume", ASK).errors(&[
            Code::JOB_STATE_CONFLICT,
            Code::TWO_PEOPLE_REQUIRED,
            Code::VERSION_CONFLICT,
        ]))
        .routes(routes!(actions::cancel).audited("notification_job.cancel").errors(ACTION))
        .routes(routes!(actions::retry_failed).audited("notification_job.retry").errors(ACTION))
        .routes(routes!(recipients::list))
        .routes(routes!(recipients::export).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(sending::show))
        .routes(routes!(sending::resume).audited("notification_sending.resume"))
}
