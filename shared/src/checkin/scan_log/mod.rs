//! All scans of one ticket at one list, and their result.
//!
//! Scanners work offline and upload later, in any order. So the result does not depend on when a scan was received. It
//! follows from the
//! *set* of scans, in the order of their times; of two scans at one time, the smaller nonce is first. So a late scan
//! may take the entry from a scan that had it. The counts follow.
//!
//! An undo has a time of its own: it affects only scans after it.

use serde::{Deserialize, Serialize};

use super::model::{EntryRule, Nonce, Reason, Scan, ScanType, Tally};
use crate::attendees::model::{TicketCode, TicketType};
use crate::id::CheckinListId;
use crate::text::Slug;
use crate::time::Time;

/// Most scans of a log before the oldest are settled. A log is one item, which each scan reads and writes whole.
const MAX_SCANS: usize = 64;
/// Scans that are not settled, so that late scans can still come before them.
const KEPT: usize = 16;

/// Scans that are no longer in the log. Their result is fixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub tally: Tally,
    /// Time of the last one. A scan of that time or before is refused, as it comes too late.
    pub through: Option<Time>,
    /// How many times scans were settled.
    pub times: u32,
}

/// The scans of a ticket at a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanLog {
    pub conference: Slug,
    pub code: TicketCode,
    pub list: CheckinListId,
    /// Result of the scans that were moved out of the log.
    #[serde(default)]
    pub settled: Settled,
    /// In the order of their times.
    pub scans: Vec<Scan>,
    /// Result of all scans, including settled ones.
    pub tally: Tally,
    /// Ticket type under which the list counts them.
    pub counted_as: TicketType,
    /// One more with each change.
    pub version: u64,
}

impl ScanLog {
    pub fn new(conference: Slug, code: TicketCode, list: CheckinListId, counted_as: TicketType) -> Self {
        let (settled, tally) = (Settled::default(), Tally::default());
        Self { conference, code, list, settled, scans: Vec::new(), tally, counted_as, version: 0 }
    }

    pub fn scan(&self, nonce: &Nonce) -> Option<&Scan> {
        self.scans.iter().find(|scan| scan.nonce == *nonce)
    }

    /// The time of a scan without a time: after all known scans.
    pub fn next_time(&self, now: Time) -> Time {
        let known = self.scans.iter().flat_map(|scan| [Some(scan.datetime), scan.undone_at]).flatten();
        let last = known.chain(self.settled.through).max();
        last.and_then(|last| Time::from_millis(last.millis() + 1)).map_or(now, |next| next.max(now))
    }

    /// Adds a scan with a new nonce. [`Self::reconcile`] computes the result.
    pub fn add(&mut self, scan: Scan) {
        self.scans.push(scan);
    }

    /// Computes the result of all scans. Returns the scans whose result has changed.
    pub fn reconcile(&mut self) -> Vec<Scan> {
        let before: Vec<(Nonce, Option<Reason>)> =
            self.scans.iter().map(|scan| (scan.nonce.clone(), scan.refused)).collect();
        self.tally = fold(&self.settled, &mut self.scans);
        let changed = |scan: &&Scan| before.iter().any(|(nonce, was)| *nonce == scan.nonce && *was != scan.refused);
        self.scans.iter().filter(changed).cloned().collect()
    }

    /// Undoes an accepted scan at `at`, unless it is undone already; false if no such scan was accepted.
    pub fn undo(&mut self, nonce: &Nonce, by: &str, at: Time) -> bool {
        let Some(scan) = self.scans.iter_mut().find(|scan| scan.nonce == *nonce && scan.refused.is_none()) else {
            return false;
        };
        if scan.undone_at.is_none() {
            scan.undone_at = Some(at);
            scan.undone_by = Some(by.to_owned());
        }
        true
    }

    /// Moves the oldest scans out of a long log. The cut is at a time that no scan and its undo span.
    pub fn settle(&mut self) -> Vec<Scan> {
        if self.scans.len() <= MAX_SCANS {
            return Vec::new();
        }
        let clean = |end: &usize| {
            let (before, after) = self.scans.split_at(*end);
            let next = after.first().map(|scan| scan.datetime);
            let reach = before.iter().map(|scan| scan.undone_at.unwrap_or(scan.datetime).max(scan.datetime)).max();
            reach < next
        };
        let Some(end) = (1..=self.scans.len() - KEPT).rev().find(clean) else { return Vec::new() };
        let rest = self.scans.split_off(end);
        let mut old = std::mem::replace(&mut self.scans, rest);
        let through = old.last().map(|scan| scan.datetime);
        self.settled = Settled {
            tally: fold(&self.settled, &mut old),
            through: through.max(self.settled.through),
            times: self.settled.times + 1,
        };
        old
    }
}

/// Sorts scans, and computes the result of each and of all.
pub fn fold(settled: &Settled, scans: &mut [Scan]) -> Tally {
    scans.sort_by(|a, b| (a.datetime, &a.nonce).cmp(&(b.datetime, &b.nonce)));
    let mut door = Door::new(*settled, scans.len());
    for event in timeline(scans) {
        match event.what {
            What::Scanned => door.scan(scans, event.index),
            What::Undone => door.undo(scans, event.index),
        }
    }
    door.tally(scans)
}

/// What happens to a scan. At one time, scans come before undos, so a scan is never undone before it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Scanned,
    Undone,
}

/// Something that happens to a scan at a time, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: Time,
    what: What,
    /// Position of the scan.
    index: usize,
}

/// All events of sorted scans, in the order of time.
fn timeline(scans: &[Scan]) -> Vec<Event> {
    let of_scan = |(index, scan): (usize, &Scan)| {
        let scanned = Event { at: scan.datetime, what: What::Scanned, index };
        // If the scanner's clock is ahead of the supervisor's, the undo still comes after the scan.
        let undone = scan.undone_at.map(|at| Event { at: at.max(scan.datetime), what: What::Undone, index });
        [Some(scanned), undone]
    };
    let mut events: Vec<Event> = scans.iter().enumerate().flat_map(of_scan).flatten().collect();
    events.sort_unstable();
    events
}

/// State of the ticket holder at the entrance, event by event.
struct Door {
    /// Result of the scans that were moved out of the log.
    settled: Settled,
    entries: u32,
    exits: u32,
    /// Whether each scan counts.
    counted: Vec<bool>,
}

impl Door {
    fn new(settled: Settled, scans: usize) -> Self {
        let Tally { entries, exits, .. } = settled.tally;
        Self { settled, entries, exits, counted: vec![false; scans] }
    }

    fn is_inside(&self) -> bool {
        self.entries > self.exits
    }

    /// Decides about a scan, and counts it if it passes.
    fn scan(&mut self, scans: &mut [Scan], index: usize) {
        let Some(scan) = scans.get_mut(index) else { return };
        scan.refused = self.refuses(scan);
        if scan.refused.is_none() {
            self.pass(scan.scan_type, index);
        }
    }

    fn refuses(&self, scan: &Scan) -> Option<Reason> {
        if scan.forced {
            return None;
        }
        // Settled scans are not computed again, so no scan can come before them.
        if self.settled.through.is_some_and(|through| scan.datetime <= through) {
            return Some(Reason::AlreadyRedeemed);
        }
        let passes = match (scan.scan_type, scan.rule) {
            // A ticket holder who is inside may leave, even with a ticket that is now refused.
            (ScanType::Exit, _) if self.is_inside() => return None,
            (ScanType::Exit, _) => false,
            (ScanType::Entry, EntryRule::Always) => true,
            (ScanType::Entry, EntryRule::AfterExit) => !self.is_inside(),
            (ScanType::Entry, EntryRule::Once) => self.entries == 0,
        };
        scan.barred.or((!passes).then_some(Reason::AlreadyRedeemed))
    }

    /// Counts an accepted scan. A forced exit of a ticket holder who is not inside does not count.
    fn pass(&mut self, scan_type: ScanType, index: usize) {
        match scan_type {
            ScanType::Entry => self.entries += 1,
            ScanType::Exit if self.is_inside() => self.exits += 1,
            ScanType::Exit => return,
        }
        self.mark(index, true);
    }

    /// Takes a scan out of the counts, and with an entry its exit.
    fn undo(&mut self, scans: &[Scan], index: usize) {
        if !self.mark(index, false) {
            return;
        }
        match scans.get(index).map(|scan| scan.scan_type) {
            Some(ScanType::Exit) => self.exits -= 1,
            _ => self.entries -= 1,
        }
        if self.exits > self.entries {
            self.exits = self.entries;
            let is_exit = |at: &usize| scans.get(*at).is_some_and(|scan| scan.scan_type == ScanType::Exit);
            let counted = |at: &usize| self.counted.get(*at).copied().unwrap_or_default();
            if let Some(last) = (0..scans.len()).rev().find(|at| counted(at) && is_exit(at)) {
                self.mark(last, false);
            }
        }
    }

    /// Sets whether a scan counts. Returns whether it did before.
    fn mark(&mut self, index: usize, counts: bool) -> bool {
        self.counted.get_mut(index).is_some_and(|mark| std::mem::replace(mark, counts))
    }

    /// The result of all scans, including settled ones.
    fn tally(&self, scans: &[Scan]) -> Tally {
        let counted = || scans.iter().zip(&self.counted).filter(|(_, counted)| **counted).map(|(scan, _)| scan);
        let entered = counted().filter(|scan| scan.scan_type == ScanType::Entry).map(|scan| scan.datetime);
        Tally {
            entries: self.entries,
            exits: self.exits,
            first: entered.chain(self.settled.tally.first).min(),
            last: counted().map(|scan| scan.datetime).chain(self.settled.tally.last).max(),
        }
    }
}

#[cfg(test)]
mod tests;
