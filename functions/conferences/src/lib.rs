//! Conferences over HTTP.

mod conferences;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .tag("conferences", "Conferences. Agendas, speakers, tickets and check-in lists belong to a conference.")
        .routes(routes!(conferences::list).head())
        .routes(routes!(conferences::create).audited("conference.create").errors(&[Code::CONFERENCE_SLUG_TAKEN]))
        .routes(routes!(conferences::show, conferences::update).head().audited("conference.update"))
        .routes(routes!(conferences::delete).audited("conference.delete").errors(&[Code::CONFERENCE_NOT_EMPTY]))
}
