//! Speakers over HTTP.

mod speakers;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(speakers::list).errors(&[Code::NotAcceptable]))
        .routes(routes!(speakers::create).errors(&[Code::SpeakerSlugTaken]))
        .routes(routes!(speakers::show).errors(&[Code::NotAcceptable]))
        .routes(routes!(speakers::update, speakers::delete))
        .routes(routes!(speakers::link).errors(&[Code::SpeakerUserTaken, Code::VersionConflict]))
}
