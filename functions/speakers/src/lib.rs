//! Speakers over HTTP.

mod speakers;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(speakers::list, speakers::create))
        .routes(routes!(speakers::show, speakers::update, speakers::delete))
        .routes(routes!(speakers::link))
}
