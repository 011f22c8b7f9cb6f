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
        .tag("checkin", "Check-in at a conference: check-in lists, scans, and data for scanners that are offline.")
        .routes(routes!(lists::list, lists::create).audited("checkin_list.create"))
        .routes(routes!(lists::show, lists::update).audited("checkin_list.update"))
        .routes(routes!(lists::delete).audited("checkin_list.delete").errors(&[Code::CHECKIN_LIST_IN_USE]))
        .routes(routes!(scans::redeem).rate(RateClass::Scan).errors(&[Code::VERSION_CONFLICT]))
        .routes(routes!(scans::redeem_batch).rate(RateClass::Scan).errors(&[Code::VERSION_CONFLICT]))
        .routes(routes!(scans::undo).errors(&[Code::SCAN_NOT_REDEEMED, Code::VERSION_CONFLICT]))
        .routes(routes!(scans::redemptions))
        .routes(routes!(scanners::status))
        .routes(routes!(scanners::snapshot).errors(&[Code::INVALID_CURSOR]))
        .routes(routes!(scanners::keys))
}
