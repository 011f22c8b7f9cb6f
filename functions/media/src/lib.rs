//! Uploads over HTTP.

mod media;
mod uploads;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::complete))
        .routes(routes!(media::show, media::delete))
}
