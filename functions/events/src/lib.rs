//! Side events over HTTP, and registering for them.

mod caller;
mod events;
mod guests;
mod moderation;
mod named;
mod registrations;
mod sharing;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .tag("events", "Side events: creation, approval, registrations and arrivals.")
        .routes(routes!(events::list).head().errors(&[Code::FORBIDDEN]))
        .routes(routes!(events::create).errors(&[Code::VERSION_CONFLICT]))
        .routes(routes!(events::mine))
        .routes(routes!(events::show).head())
        .routes(routes!(events::update).audited_unless_own("event.update").errors(&[
            Code::FORBIDDEN,
            Code::EVENT_STATE_CONFLICT,
            Code::CAPACITY_BELOW_TAKEN,
        ]))
        .routes(
            routes!(events::cancel)
                .audited_unless_own("event.cancel")
                .errors(&[Code::FORBIDDEN, Code::EVENT_STATE_CONFLICT]),
        )
        .routes(routes!(moderation::approve).audited("event.approve").errors(&[Code::EVENT_STATE_CONFLICT]))
        .routes(routes!(moderation::reject).audited("event.reject").errors(&[Code::EVENT_STATE_CONFLICT]))
        .routes(routes!(moderation::reviews))
        .routes(routes!(moderation::approve_revision).audited("event_revision.approve"))
        .routes(routes!(moderation::reject_revision).audited("event_revision.reject"))
        .routes(routes!(events::duplicate).errors(&[Code::VERSION_CONFLICT]))
        .routes(routes!(guests::list).errors(&[Code::FORBIDDEN]))
        .routes(routes!(registrations::register).errors(&[Code::REGISTRATION_DECLINED, Code::EVENT_NOT_OPEN]))
        .routes(routes!(registrations::show))
        .routes(routes!(registrations::cancel).errors(&[Code::ALREADY_CHECKED_IN]))
        .routes(routes!(registrations::accept).errors(&[Code::NO_OFFER, Code::OFFER_EXPIRED, Code::EVENT_NOT_OPEN]))
        .routes(routes!(registrations::decline).errors(&[Code::NO_OFFER]))
        .routes(routes!(registrations::code).errors(&[Code::REGISTRATION_STATE_CONFLICT]))
        .routes(routes!(guests::approve).audited("event_registration.approve").errors(&[
            Code::FORBIDDEN,
            Code::REGISTRATION_STATE_CONFLICT,
            Code::EVENT_NOT_OPEN,
        ]))
        .routes(routes!(guests::decline).audited("event_registration.decline").errors(&[
            Code::FORBIDDEN,
            Code::REGISTRATION_STATE_CONFLICT,
            Code::ALREADY_CHECKED_IN,
        ]))
        .routes(routes!(guests::check_in).audited("event_registration.check_in").errors(&[
            Code::CHECKIN_CODE_INVALID,
            Code::EVENT_NOT_OPEN,
            Code::REGISTRATION_STATE_CONFLICT,
            Code::ALREADY_CHECKED_IN,
        ]))
        .routes(routes!(sharing::calendar).head())
        .routes(routes!(sharing::share).head())
}
