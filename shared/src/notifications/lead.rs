//! How long before a session or an event begins its reminder is sent: at the chosen time, and earlier if many are to be
//! sent by then.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::text::InvalidText;
use crate::time::Time;

/// From one run that sends reminders to the next. A reminder is due that much before the chosen time, so the run before
/// that time sends it.
pub const PERIOD: Duration = Duration::from_secs(60);
/// Reminders that are sent in a second: four fifths of the 20 that delivery sends of messages to many.
pub const REMINDERS_PER_SECOND: u32 = 16;
/// Reminders of so many people take a few seconds, and need not begin earlier.
const FEW: usize = 200;
/// Reminders of many people begin that much earlier at most.
const MOST_EARLY: Duration = Duration::from_secs(60 * 60);
/// A reminder that is later than this, as the user chose a long lead and bookmarked late, waits for the usual time.
const LATE: Duration = Duration::from_secs(10 * 60);
/// Minutes of the shortest lead: with less, a user would not get to the place in time.
const SHORTEST: u16 = 5;
/// Minutes of the longest lead.
const LONGEST: u16 = 24 * 60;

/// How long it takes to send so many reminders, if that is to be noticed.
fn time_to_send(reminders: usize) -> Duration {
    if reminders <= FEW {
        return Duration::ZERO;
    }
    let seconds = Duration::from_secs(u64::try_from(reminders).unwrap_or(u64::MAX));
    (seconds / REMINDERS_PER_SECOND).min(MOST_EARLY)
}

/// Minutes between a reminder and the start; 0 is no reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Lead(u16);

impl Lead {
    /// The default.
    pub const USUAL: Self = Self(15);

    /// Whether a reminder of what begins at `start` is due at `now`, if the sending has to begin `early`.
    ///
    /// It is due a period before the lead, and then for ten minutes, so that late and failed runs are made up for. From
    /// the usual time on it is due until the start.
    pub fn is_due(self, start: Time, now: Time, early: Duration) -> bool {
        let left = now.until(start);
        let begins = |lead: Self| left <= lead.duration() + PERIOD + early;
        let is_late = left <= self.duration().saturating_sub(LATE);
        self.is_any() && !left.is_zero() && begins(self) && (begins(Self::USUAL) || !is_late)
    }

    /// Whether the chosen time before `start` is still ahead at `now`.
    pub fn is_ahead(self, start: Time, now: Time) -> bool {
        self.is_any() && now.until(start) > self.duration()
    }

    const fn is_any(self) -> bool {
        self.0 > 0
    }

    const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64 * 60)
    }
}

impl Default for Lead {
    fn default() -> Self {
        Self::USUAL
    }
}

impl TryFrom<u16> for Lead {
    type Error = InvalidText;

    fn try_from(minutes: u16) -> Result<Self, Self::Error> {
        if minutes == 0 || (SHORTEST..=LONGEST).contains(&minutes) {
            Ok(Self(minutes))
        } else {
            Err(InvalidText("must be 0, or 5 to 1440".into()))
        }
    }
}

impl From<Lead> for u16 {
    fn from(lead: Lead) -> Self {
        lead.0
    }
}

#[derive(Clone, Debug, Default)]
pub struct Leads {
    chosen: HashMap<UserId, Lead>,
    /// How many users chose each.
    choosers: BTreeMap<Lead, usize>,
}

impl Leads {
    /// `chosen` are the leads of users with another than the default.
    pub fn new(chosen: HashMap<UserId, Lead>) -> Self {
        let mut choosers = BTreeMap::new();
        for lead in chosen.values() {
            *choosers.entry(*lead).or_default() += 1;
        }
        Self { chosen, choosers }
    }

    pub fn of(&self, user: UserId) -> Lead {
        self.chosen.get(&user).copied().unwrap_or_default()
    }

    /// How much earlier the sending begins for a lead, if `ahead` people are to be reminded by then: at most for those
    /// who chose it, so that one person's lead of a day is not early because of everybody else.
    pub fn early(&self, lead: Lead, ahead: usize) -> Duration {
        let choosers = self.choosers.get(&lead).copied().filter(|_| lead != Lead::USUAL);
        time_to_send(ahead.min(choosers.unwrap_or(usize::MAX)))
    }

    /// When those sessions and events start of which a reminder may be due at `now`, in order. What starts between
    /// these need not be looked at, however long the lead of somebody is.
    pub fn windows(&self, now: Time) -> Vec<RangeInclusive<Time>> {
        let near = (Duration::ZERO, Lead::USUAL.duration() + PERIOD + MOST_EARLY);
        let long = self.choosers.iter().filter(|(lead, _)| **lead > Lead::USUAL);
        let far = long.map(|(lead, choosers)| {
            (lead.duration().saturating_sub(LATE), lead.duration() + PERIOD + time_to_send(*choosers))
        });
        let mut windows = vec![near];
        for (first, last) in far {
            match windows.last_mut() {
                Some(before) if first <= before.1 => before.1 = before.1.max(last),
                _ => windows.push((first, last)),
            }
        }
        windows.into_iter().map(|(first, last)| now.plus(first)..=now.plus(last)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const START: &str = "2026-12-01T10:00:00Z";

    fn lead(minutes: u16) -> Lead {
        minutes.try_into().unwrap()
    }

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    /// As many users with each lead.
    fn chosen(leads: &[(u16, usize)]) -> Leads {
        let random = Random::seeded(1);
        let users = leads.iter().flat_map(|(minutes, users)| std::iter::repeat_n(lead(*minutes), *users));
        Leads::new(users.map(|lead| (UserId::generate(Time::default(), &random), lead)).collect())
    }

    #[test]
    fn lead_is_none_or_from_five_minutes_to_a_day() {
        for minutes in [0, 5, 15, 1440] {
            assert_eq!(u16::from(lead(minutes)), minutes);
        }
        for bad in [1, 4, 1441, u16::MAX] {
            assert!(Lead::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reminder_is_due_from_a_period_before_its_lead_on_until_the_start() {
        let due = |minutes, now: &str| lead(minutes).is_due(time(START), time(now), Duration::ZERO);
        assert!(!due(15, "2026-12-01T09:43:59.999Z") && due(15, "2026-12-01T09:44:00Z"));
        assert!(due(15, "2026-12-01T09:59:59.999Z") && !due(15, "2026-12-01T10:00:00Z"));
        assert!(!due(5, "2026-12-01T09:53:59.999Z") && due(5, "2026-12-01T09:54:00Z"));
        assert!(due(5, "2026-12-01T09:59:59.999Z") && !due(5, "2026-12-01T10:00:00Z"));
        assert!(!due(0, "2026-12-01T09:59:30Z") && !due(15, "2026-12-01T10:30:00Z"));
    }

    #[test]
    fn long_lead_that_was_missed_by_ten_minutes_waits_for_the_usual_time() {
        let due = |now: &str| lead(1440).is_due(time(START), time(now), Duration::ZERO);
        assert!(!due("2026-11-30T09:58:59.999Z") && due("2026-11-30T09:59:00Z"));
        assert!(due("2026-11-30T10:09:59.999Z") && !due("2026-11-30T10:10:00Z"));
        assert!(!due("2026-12-01T09:43:59.999Z") && due("2026-12-01T09:44:00Z"));
        assert!(due("2026-12-01T09:59:59.999Z") && !due("2026-12-01T10:00:00Z"));
    }

    #[test]
    fn reminders_of_many_begin_earlier_by_the_time_that_they_take() {
        let due = |now: &str| Lead::USUAL.is_due(time(START), time(now), Leads::default().early(Lead::USUAL, 1_600));
        assert!(!due("2026-12-01T09:42:19.999Z") && due("2026-12-01T09:42:20Z"));
        let early = |lead, ahead| chosen(&[(60, 320), (30, 200)]).early(lead, ahead);
        assert_eq!(early(Lead::USUAL, 200), Duration::ZERO);
        assert_eq!(early(Lead::USUAL, 500), Duration::from_millis(31_250));
        assert_eq!(early(Lead::USUAL, 1_000_000), MOST_EARLY);
        assert_eq!((early(lead(60), 1_000), early(lead(60), 240)), (Duration::from_secs(20), Duration::from_secs(15)));
        assert_eq!(early(lead(30), 1_000), Duration::ZERO, "few chose it");
    }

    #[test]
    fn chosen_time_is_ahead_until_it_is_there() {
        let ahead = |minutes, now: &str| lead(minutes).is_ahead(time(START), time(now));
        assert!(ahead(15, "2026-12-01T09:44:59.999Z") && !ahead(15, "2026-12-01T09:45:00Z"));
        assert!(!ahead(0, "2026-12-01T09:00:00Z") && !ahead(15, "2026-12-01T11:00:00Z"));
    }

    #[test]
    fn windows_are_of_the_leads_in_use_and_of_no_time_between() {
        let windows = |leads: &[(u16, usize)]| -> Vec<(u64, u64)> {
            let now = time(START);
            let from = |time: &Time| now.until(*time).as_secs();
            let windows = chosen(leads).windows(now);
            windows.iter().map(|window| (from(window.start()), from(window.end()))).collect()
        };
        let near = (0, 76 * 60);
        assert_eq!(windows(&[]), [near]);
        assert_eq!(windows(&[(0, 1), (5, 1), (60, 1)]), [near]);
        assert_eq!(windows(&[(80, 1)]), [(0, 81 * 60)], "windows that meet are one");
        assert_eq!(windows(&[(1440, 1), (120, 1)]), [near, (110 * 60, 121 * 60), (1430 * 60, 1441 * 60)]);
        assert_eq!(windows(&[(1440, 320)]), [near, (1430 * 60, 1441 * 60 + 20)]);
    }

    #[test]
    fn whatever_is_due_starts_within_a_window() {
        let (now, leads) = (time(START), chosen(&[(0, 3), (5, 300), (30, 2_000), (600, 1), (1440, 1_000)]));
        let windows = leads.windows(now);
        for seconds in (0..90_000).step_by(7) {
            let start = now.plus_seconds(seconds);
            let is_due = |lead: &Lead| lead.is_due(start, now, leads.early(*lead, 5_000));
            let is_any_due = [0, 5, 15, 30, 600, 1440].map(lead).iter().any(is_due);
            assert!(!is_any_due || windows.iter().any(|window| window.contains(&start)), "{start}");
        }
    }
}
