//! Conferences over HTTP.

mod conferences;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default().routes(routes!(conferences::list, conferences::create)).routes(routes!(
        conferences::show,
        conferences::update,
        conferences::delete
    ))
}
