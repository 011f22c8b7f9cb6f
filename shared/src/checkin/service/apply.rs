//! The result of scans of a ticket, computed from the list, the ticket and its log, without a read or a write.

use super::Operator;
use crate::attendees::model::{CheckedIn, Ticket};
use crate::checkin::error::CheckinError;
use crate::checkin::model::{CheckinList, Count, Nonce, Scan, Tally};
use crate::checkin::repository::Change;
use crate::checkin::scan_log::ScanLog;
use crate::checkin::view::{Reconciled, Redeemed, Redemption, ScanRequest};
use crate::time::Time;

/// A ticket and its scans at a list, as they were read.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) ticket: Ticket,
    /// `None` if it has no scans.
    pub(super) log: Option<ScanLog>,
    /// Scans that are no longer in the log, if a request may repeat one of them.
    pub(super) settled: Vec<Scan>,
}

/// The result of scans of a ticket, before it is stored.
#[derive(Debug)]
pub(super) struct Applied {
    /// The change to store; `None` if all scans were known.
    pub(super) change: Option<Change>,
    /// The answers, in the order of the scans.
    pub(super) redemptions: Vec<Redemption>,
    /// New results of earlier scans.
    pub(super) reconciled: Vec<Reconciled>,
}

/// Applies scans to a ticket.
pub(super) fn apply(
    list: &CheckinList,
    Known { ticket, log, settled }: Known,
    requests: &[ScanRequest],
    operator: &Operator,
    now: Time,
) -> Applied {
    let empty = || ScanLog::new(list.conference.clone(), ticket.code.clone(), list.id, ticket.ticket_type.clone());
    let before = log.unwrap_or_else(empty);
    let mut log = before.clone();
    for request in requests {
        // A known scan keeps its result: a scanner that missed the answer sends its scan again.
        if find(&log, &settled, &request.nonce).is_none() {
            log.add(new_scan(list, &ticket, &log, request, operator, now));
        }
    }
    let is_new = log.scans.len() > before.scans.len();
    let reconciled = if is_new { log.reconcile() } else { Vec::new() };
    let was_known = |scan: &&Scan| before.scan(&scan.nonce).is_some();
    let reconciled = reconciled.iter().filter(was_known).map(Reconciled::of).collect();
    let of = |request: &ScanRequest| {
        find(&log, &settled, &request.nonce).map(|scan| Redemption::of(scan, &ticket, log.tally))
    };
    let redemptions = requests.iter().filter_map(of).collect();
    let change = is_new.then(|| change(&before, log, &ticket, now));
    Applied { change, redemptions, reconciled }
}

/// A scan by its nonce, in the log or moved out of it.
fn find<'a>(log: &'a ScanLog, settled: &'a [Scan], nonce: &Nonce) -> Option<&'a Scan> {
    log.scan(nonce).or_else(|| settled.iter().find(|scan| scan.nonce == *nonce))
}

/// A scan by the rules of the list and the ticket alone. The log adds what follows from other scans.
fn new_scan(
    list: &CheckinList,
    ticket: &Ticket,
    log: &ScanLog,
    request: &ScanRequest,
    operator: &Operator,
    now: Time,
) -> Scan {
    // A scan without a time comes after all known scans, even if a scanner's clock is ahead.
    let datetime = request.datetime.unwrap_or_else(|| log.next_time(now));
    Scan {
        nonce: request.nonce.clone(),
        scan_type: request.scan_type,
        datetime,
        received_at: now,
        by: operator.name.clone(),
        forced: request.force,
        rule: list.rule(),
        barred: list.bars(ticket, datetime),
        refused: None,
        undone_at: None,
        undone_by: None,
    }
}

/// The change that undoes a scan (`None` if it was undone before), and the answer.
pub(super) fn undone(
    before: &ScanLog,
    ticket: &Ticket,
    nonce: &Nonce,
    operator: &Operator,
    now: Time,
) -> Result<(Option<Change>, Redeemed), CheckinError> {
    let is_new = before.scan(nonce).ok_or(CheckinError::NoScan)?.undone_at.is_none();
    let mut log = before.clone();
    if !log.undo(nonce, &operator.name, log.next_time(now)) {
        return Err(CheckinError::NotRedeemed);
    }
    let reconciled = log.reconcile().iter().map(Reconciled::of).collect();
    let scan = log.scan(nonce).ok_or(CheckinError::NoScan)?;
    let redemption = Redemption::of(scan, ticket, log.tally);
    Ok((is_new.then(|| change(before, log, ticket, now)), Redeemed { redemption, reconciled }))
}

/// The change from the log `before` to `log`.
fn change(before: &ScanLog, mut log: ScanLog, ticket: &Ticket, now: Time) -> Change {
    let settled = log.settle();
    log.version = before.version + 1;
    log.counted_as = ticket.ticket_type.clone();
    let counts = moved_counts(before, &log);
    let ticket = (log.tally != before.tally).then(|| checked_in(ticket, &log, now));
    Change { log, settled, ticket, counts }
}

/// What the list's counts lose and gain. These are two ticket types if the type of the ticket has changed.
fn moved_counts(before: &ScanLog, after: &ScanLog) -> Vec<Count> {
    if (before.tally, &before.counted_as) == (after.tally, &after.counted_as) {
        return Vec::new();
    }
    let counted = Count::of(&before.counted_as, before.tally);
    let mut lost = Count::nothing(&before.counted_as);
    lost.add(&counted, -1);
    vec![lost, Count::of(&after.counted_as, after.tally)]
}

/// The ticket with the result of its scans at the log's list.
fn checked_in(ticket: &Ticket, log: &ScanLog, now: Time) -> Ticket {
    let mut ticket = ticket.clone();
    let Tally { entries, exits, last, .. } = log.tally;
    ticket.checked_in.insert(log.list, CheckedIn { entries, exits, last });
    ticket.stamp(now);
    ticket
}
