//! The API's description of itself: its OpenAPI document, a page to read it, its health, and answers for unknown
//! routes.

mod health;
mod openapi;
mod page;
mod unrouted;

use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

/// As the gateway's `$default`, this function also answers wrong methods on the routes of others.
/// The description changes with a deploy only.
const UNTIL_THE_NEXT_DEPLOY: &str = "public, max-age=300";

fn routes<R: Routes>() -> R {
    let routes = R::default()
        .tag("docs", "This API description, and the health of the API.")
        .routes(routes!(openapi::document).head().cache(UNTIL_THE_NEXT_DEPLOY))
        .routes(routes!(page::page).head().cache(UNTIL_THE_NEXT_DEPLOY))
        .routes(routes!(health::health));
    unrouted::with_paths_of_others(routes)
}
