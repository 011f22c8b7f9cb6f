//! What an instance remembers of agendas: which release is current, for some seconds, and the releases that it read
//! last, which never change. Pure memory: who reads what is missing is [`super::service::Releases`].

use std::collections::HashMap;
use std::sync::Arc;

use super::released::Released;
use crate::text::Slug;
use crate::time::Time;

/// How long a number counts as current, in milliseconds. A release is seen everywhere so long after it at the latest.
const FRESH_FOR: i64 = 5_000;
/// Bytes of JSON of all releases. With what is parsed and compressed of it, they take about four times as much, of the
/// 512 MB of a function.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The memory.
#[derive(Debug)]
pub(super) struct Shelf {
    /// By conference, the number of the current release, and when it was read. Only agendas that are released have one.
    current: HashMap<Slug, (u64, Time)>,
    /// The releases, the one that was asked for last at the end.
    releases: Vec<Arc<Released>>,
    max_bytes: usize,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { current: HashMap::new(), releases: Vec::new(), max_bytes: MAX_BYTES }
    }
}

impl Shelf {
    /// The number of the current release, if it was read within the last seconds.
    pub(super) fn number(&self, conference: &Slug, now: Time) -> Option<u64> {
        let (number, read_at) = self.current.get(conference)?;
        (0..FRESH_FOR).contains(&(now.millis() - read_at.millis())).then_some(*number)
    }

    /// Remembers a number that was just read or published; answers the newest that is known. Numbers only grow, so a
    /// read that was under way during a release, or that saw an older state, does not bring the older one back.
    pub(super) fn see(&mut self, conference: &Slug, number: u64, now: Time) -> u64 {
        let newest = self.current.get(conference).map_or(number, |(known, _)| number.max(*known));
        self.current.insert(conference.clone(), (newest, now));
        newest
    }

    /// A release.
    pub(super) fn release(&mut self, conference: &Slug, number: u64) -> Option<Arc<Released>> {
        let found = self.releases.iter().position(|one| is(one, conference, number))?;
        let release = self.releases.remove(found);
        self.releases.push(Arc::clone(&release));
        Some(release)
    }

    /// Remembers a release, in the place of those that were not asked for longest. Who reads through all old releases
    /// does not displace a current one.
    pub(super) fn put(&mut self, release: &Arc<Released>) {
        self.releases.retain(|one| !is(one, &release.agenda.conference, release.agenda.number));
        self.releases.push(Arc::clone(release));
        while self.bytes() > self.max_bytes {
            let old = self.releases.iter().position(|one| !self.is_current(one)).unwrap_or_default();
            self.releases.remove(old);
        }
    }

    fn bytes(&self) -> usize {
        self.releases.iter().map(|release| release.json.len()).sum()
    }

    fn is_current(&self, release: &Released) -> bool {
        self.current.get(&release.agenda.conference).is_some_and(|(number, _)| *number == release.agenda.number)
    }
}

fn is(release: &Released, conference: &Slug, number: u64) -> bool {
    release.agenda.number == number && release.agenda.conference == *conference
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::model::Agenda;

    fn released(conference: &str, number: u64) -> Arc<Released> {
        let agenda = Agenda {
            conference: conference.parse().unwrap(),
            number,
            timezone: "Asia/Kolkata".parse().unwrap(),
            released_at: Time::MIN,
            sessions: Vec::new(),
            cancelled: Vec::new(),
        };
        Arc::new(Released::new(agenda).unwrap())
    }

    fn slug() -> Slug {
        "ibw-2026".parse().unwrap()
    }

    #[test]
    fn number_is_current_for_five_seconds_and_never_goes_back() {
        let (mut shelf, start) = (Shelf::default(), Time::MIN.plus_seconds(60));
        assert_eq!(shelf.number(&slug(), start), None);
        assert_eq!(shelf.see(&slug(), 2, start), 2);
        assert_eq!(shelf.number(&slug(), start.plus_seconds(4)), Some(2));
        assert_eq!(shelf.number(&slug(), start.plus_seconds(5)), None);
        assert_eq!(shelf.number(&slug(), start.plus_seconds(-1)), None, "the clock was set back");
        assert_eq!(shelf.see(&slug(), 1, start.plus_seconds(5)), 2);
        assert_eq!(shelf.number(&slug(), start.plus_seconds(6)), Some(2));
    }

    #[test]
    fn shelf_is_bounded_by_bytes_and_keeps_what_is_current() {
        let size = released("ibw-2026", 1).json.len();
        let mut shelf = Shelf { max_bytes: 3 * size, ..Shelf::default() };
        shelf.see(&slug(), 9, Time::MIN);
        for number in [9, 1, 2, 3, 4, 2, 2] {
            shelf.put(&released("ibw-2026", number));
        }
        let numbers: Vec<u64> = shelf.releases.iter().map(|release| release.agenda.number).collect();
        assert_eq!(numbers, [9, 4, 2]);
        assert!(shelf.release(&slug(), 3).is_none());
        assert!(shelf.release(&"other".parse().unwrap(), 9).is_none());
        let mut small = Shelf { max_bytes: size - 1, ..Shelf::default() };
        small.put(&released("ibw-2026", 1));
        assert!(small.releases.is_empty(), "what does not fit is not kept");
    }
}
