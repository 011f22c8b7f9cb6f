//! Tickets over HTTP: imports, the ticketing system's webhook, claims, the directory of attendees.

mod claims;
mod directory;
mod imports;
mod tickets;
mod webhook;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .tag("attendees", "Tickets of a conference: imports, claims, and the list of attendees.")
        .routes(routes!(directory::list))
        .routes(routes!(directory::set_listed))
        .routes(routes!(claims::own))
        .routes(routes!(claims::claim).errors(&[
            Code::TICKET_NOT_CLAIMABLE,
            Code::EMAIL_NOT_VERIFIED,
            Code::VERSION_CONFLICT,
        ]))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::update).audited("ticket.update"))
        .routes(routes!(tickets::counts))
        .routes(routes!(imports::create).audited("ticket.import"))
        .routes(routes!(imports::show))
        .routes(routes!(imports::report))
        .routes(routes!(imports::whole_report).errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(webhook::receive).self_guarded().errors(&[Code::VERSION_CONFLICT]))
}
