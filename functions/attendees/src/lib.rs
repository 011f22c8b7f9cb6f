//! Tickets over HTTP: imports, the ticketing system's webhook, claims, the directory of attendees.

mod claims;
mod directory;
mod imports;
mod tickets;
mod webhook;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(directory::list))
        .routes(routes!(directory::set_listed))
        .routes(routes!(claims::own))
        .routes(routes!(claims::claim).rate(RateClass::Code).errors(&[
            Code::TicketNotClaimable,
            Code::EmailNotVerified,
            Code::VersionConflict,
        ]))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::update))
        .routes(routes!(tickets::counts))
        .routes(routes!(imports::create))
        .routes(routes!(imports::show))
        .routes(routes!(imports::report))
        .routes(routes!(imports::whole_report).errors(&[Code::NotAcceptable]))
        .routes(routes!(webhook::receive).self_guarded().errors(&[Code::VersionConflict]))
}
