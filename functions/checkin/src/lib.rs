//! Check-in over HTTP: lists, scans, how they stand.

mod lists;
mod scanners;
mod scans;

use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(lists::list, lists::create))
        .routes(routes!(lists::show, lists::update, lists::delete))
        .routes(routes!(scans::redeem).rate(RateClass::Scan))
        .routes(routes!(scans::redeem_batch).rate(RateClass::Scan))
        .routes(routes!(scans::undo))
        .routes(routes!(scans::redemptions))
        .routes(routes!(scanners::status))
        .routes(routes!(scanners::snapshot))
        .routes(routes!(scanners::keys))
}
