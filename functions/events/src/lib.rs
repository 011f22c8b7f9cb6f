//! Side events over HTTP, and registering for them.

mod caller;
mod events;
mod guests;
mod moderation;
mod registrations;
mod sharing;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(events::list).errors(&[Code::Forbidden]))
        .routes(routes!(events::create).errors(&[Code::VersionConflict]))
        .routes(routes!(events::mine))
        .routes(routes!(events::show))
        .routes(routes!(events::update).errors(&[Code::Forbidden, Code::EventStateConflict, Code::CapacityBelowTaken]))
        .routes(routes!(events::cancel).errors(&[Code::Forbidden, Code::EventStateConflict]))
        .routes(routes!(moderation::approve).errors(&[Code::EventStateConflict]))
        .routes(routes!(moderation::reject).errors(&[Code::EventStateConflict]))
        .routes(routes!(moderation::duplicate).errors(&[Code::VersionConflict]))
        .routes(routes!(guests::list).errors(&[Code::Forbidden]))
        .routes(routes!(registrations::register).errors(&[Code::RegistrationDeclined, Code::EventNotOpen]))
        .routes(routes!(registrations::show))
        .routes(routes!(registrations::cancel).errors(&[Code::AlreadyCheckedIn]))
        .routes(routes!(registrations::accept).errors(&[Code::NoOffer, Code::OfferExpired, Code::EventNotOpen]))
        .routes(routes!(registrations::decline).errors(&[Code::NoOffer]))
        .routes(routes!(registrations::code).errors(&[Code::RegistrationStateConflict]))
        .routes(routes!(guests::approve).errors(&[
            Code::Forbidden,
            Code::RegistrationStateConflict,
            Code::EventNotOpen,
        ]))
        .routes(routes!(guests::decline).errors(&[
            Code::Forbidden,
            Code::RegistrationStateConflict,
            Code::AlreadyCheckedIn,
        ]))
        .routes(routes!(guests::check_in).errors(&[
            Code::CheckinCodeInvalid,
            Code::EventNotOpen,
            Code::RegistrationStateConflict,
            Code::AlreadyCheckedIn,
        ]))
        .routes(routes!(sharing::calendar))
        .routes(routes!(sharing::share))
}
