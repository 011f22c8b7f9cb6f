//! Check-in as the API shows it to scanners and organisers.

#![warn(missing_docs)]

mod lists;
mod scans;

pub use lists::{ListStatus, Snapshot, SnapshotTicket, TypeStatus};
pub use scans::{
    BatchRedeemed, Reconciled, Redeemed, Redemption, Redemptions, ScanRequest, ScanView, ScannedTicket, Status,
};
