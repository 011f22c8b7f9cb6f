//! Conferences over HTTP.

mod conferences;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(conferences::list))
        .routes(routes!(conferences::create).errors(&[Code::ConferenceSlugTaken]))
        .routes(routes!(conferences::show, conferences::update))
        .routes(routes!(conferences::delete).errors(&[Code::ConferenceNotEmpty]))
}
