//! Check-in over HTTP: lists, scans, counts.

mod lists;
mod scanners;
mod scans;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::rate_limit::RateClass;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(lists::list, lists::create))
        .routes(routes!(lists::show, lists::update))
        .routes(routes!(lists::delete).errors(&[Code::CheckinListInUse]))
        .routes(routes!(scans::redeem).rate(RateClass::Scan).errors(&[Code::VersionConflict]))
        .routes(routes!(scans::redeem_batch).rate(RateClass::Scan).errors(&[Code::VersionConflict]))
        .routes(routes!(scans::undo).errors(&[Code::ScanNotRedeemed, Code::VersionConflict]))
        .routes(routes!(scans::redemptions))
        .routes(routes!(scanners::status))
        .routes(routes!(scanners::snapshot).errors(&[Code::InvalidCursor]))
        .routes(routes!(scanners::keys))
}
