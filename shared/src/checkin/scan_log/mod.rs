//! All scans of one ticket at one list, and what they come to.
//!
//! Scanners work without network and upload later, in any order. So nothing here depends on when a scan became known: what each scan
//! does follows from the *set* of scans, taken in the order of their own times (of two at one time, the smaller nonce is first). A
//! scan that arrives late may so take the entry away from one that had it; counts follow.
//!
//! An undoing is an event of its own time: scans before it saw the entry, scans after it do not.

use serde::{Deserialize, Serialize};

use super::model::{EntryRule, Nonce, Reason, Scan, ScanType, Tally};
use crate::attendees::model::{TicketCode, TicketType};
use crate::id::CheckinListId;
use crate::text::Slug;
use crate::time::Time;

/// Scans that a log holds before the oldest are settled: it is one item, read and written whole with each scan.
const MAX_SCANS: usize = 64;
/// Scans that stay, for others to come before them.
const KEPT: usize = 16;

/// Scans that are no longer in the log: what they come to is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// What they come to.
    pub tally: Tally,
    /// The time of the last. A scan of that time or before comes too late to be let in.
    pub through: Option<Time>,
    /// How often scans were settled.
    pub times: u32,
}

/// The scans of a ticket at a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanLog {
    pub conference: Slug,
    pub code: TicketCode,
    pub list: CheckinListId,
    /// What was before the scans.
    #[serde(default)]
    pub settled: Settled,
    /// The scans, in their order.
    pub scans: Vec<Scan>,
    /// What they come to.
    pub tally: Tally,
    /// The type of tickets that they are counted with.
    pub counted_as: TicketType,
    /// Rises by one with each change.
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

    /// The time of a scan that happens now, after all that are known.
    pub fn next_time(&self, now: Time) -> Time {
        let known = self.scans.iter().flat_map(|scan| [Some(scan.datetime), scan.undone_at]).flatten();
        let last = known.chain(self.settled.through).max();
        last.and_then(|last| Time::from_millis(last.millis() + 1)).map_or(now, |next| next.max(now))
    }

    /// Takes a scan up whose nonce is not known; [`Self::reconcile`] says what follows.
    pub fn add(&mut self, scan: Scan) {
        self.scans.push(scan);
    }

    /// Works out what all scans do, and answers those that do something else than before.
    pub fn reconcile(&mut self) -> Vec<Scan> {
        let before: Vec<(Nonce, Option<Reason>)> =
            self.scans.iter().map(|scan| (scan.nonce.clone(), scan.refused)).collect();
        self.tally = fold(&self.settled, &mut self.scans);
        let changed = |scan: &&Scan| before.iter().any(|(nonce, was)| *nonce == scan.nonce && *was != scan.refused);
        self.scans.iter().filter(changed).cloned().collect()
    }

    /// Undoes a scan at `at`, unless it is undone; false when there is nothing to undo.
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

    /// Takes the oldest scans out of a long log. They end where no undoing and no other scan of the same time lies across.
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

/// What scans do and come to, whatever the order in which they are given. They end up in theirs.
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

/// What happens to a scan. Of one time, scans come first: so a scan is never undone before it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Scanned,
    Undone,
}

/// Something that happens to a scan at a time; ordered as it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: Time,
    what: What,
    /// The scan's place among all.
    index: usize,
}

/// What happens to scans that are in their order, in the order in which it happens.
fn timeline(scans: &[Scan]) -> Vec<Event> {
    let of_scan = |(index, scan): (usize, &Scan)| {
        let scanned = Event { at: scan.datetime, what: What::Scanned, index };
        // A scanner's clock may be ahead of the supervisor's: the undoing comes after the scan all the same.
        let undone = scan.undone_at.map(|at| Event { at: at.max(scan.datetime), what: What::Undone, index });
        [Some(scanned), undone]
    };
    let mut events: Vec<Event> = scans.iter().enumerate().flat_map(of_scan).flatten().collect();
    events.sort_unstable();
    events
}

/// The ticket's holder at the door, one event after the other.
struct Door {
    /// What was before the scans.
    settled: Settled,
    entries: u32,
    exits: u32,
    /// Which scans are in the counts.
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
        // What was settled is not worked out again, so nothing can come before it.
        if self.settled.through.is_some_and(|through| scan.datetime <= through) {
            return Some(Reason::AlreadyRedeemed);
        }
        let passes = match (scan.scan_type, scan.rule) {
            // Who is inside may leave, whatever became of the ticket.
            (ScanType::Exit, _) if self.is_inside() => return None,
            (ScanType::Exit, _) => false,
            (ScanType::Entry, EntryRule::Always) => true,
            (ScanType::Entry, EntryRule::AfterExit) => !self.is_inside(),
            (ScanType::Entry, EntryRule::Once) => self.entries == 0,
        };
        scan.barred.or((!passes).then_some(Reason::AlreadyRedeemed))
    }

    /// Counts a scan that passes. Who is forced out without being inside is no exit.
    fn pass(&mut self, scan_type: ScanType, index: usize) {
        match scan_type {
            ScanType::Entry => self.entries += 1,
            ScanType::Exit if self.is_inside() => self.exits += 1,
            ScanType::Exit => return,
        }
        self.mark(index, true);
    }

    /// Takes a scan out of the counts, and an exit too whose entry is gone with it.
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

    /// Marks whether a scan is counted, and answers whether it was.
    fn mark(&mut self, index: usize, counts: bool) -> bool {
        self.counted.get_mut(index).is_some_and(|mark| std::mem::replace(mark, counts))
    }

    /// What all scans come to, those that were settled included.
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
