//! Speakers over HTTP.

mod caller;
mod speakers;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .tag("speakers", "Speakers of a conference.")
        .routes(routes!(speakers::list).head().errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(speakers::create).audited("speaker.create").errors(&[Code::SPEAKER_SLUG_TAKEN]))
        .routes(routes!(speakers::show).head().errors(&[Code::NOT_ACCEPTABLE]))
        .routes(routes!(speakers::update).audited("speaker.update"))
        .routes(routes!(speakers::delete).audited("speaker.delete"))
        .routes(
            routes!(speakers::link).audited("speaker.link").errors(&[Code::SPEAKER_USER_TAKEN, Code::VERSION_CONFLICT]),
        )
}
