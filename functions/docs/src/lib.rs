//! What the API says of itself: its OpenAPI document, a page to read it, its health, and an answer for what it does not have.

mod health;
mod openapi;
mod page;
mod unrouted;

use ibw::http::Router;
use utoipa_axum::routes;

/// The routes of this function. As the gateway's `$default` it also answers wrong methods on the routes of others.
pub fn routes() -> Router {
    let router =
        Router::new().routes(routes!(openapi::document)).routes(routes!(page::page)).routes(routes!(health::health));
    unrouted::with_wrong_methods(router)
}
