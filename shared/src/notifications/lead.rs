//! How long before a session or an event begins its reminder is sent.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::text::InvalidText;
use crate::time::Time;

/// Minutes of the shortest lead: housekeeping sends the reminders, and runs every five minutes.
const SHORTEST: u16 = 5;
/// Minutes of the longest lead: each run of housekeeping reads that far ahead if any user has it.
const LONGEST: u16 = 24 * 60;

/// Minutes between a reminder and the start; 0 is no reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Lead(u16);

impl Lead {
    /// The default.
    pub const USUAL: Self = Self(15);
    pub const LONGEST: Self = Self(LONGEST);

    /// Whether a reminder of what begins at `start` is due at `now`: from the lead on, until it begins.
    pub fn is_due(self, start: Time, now: Time) -> bool {
        now < start && start <= now.plus(self.duration())
    }

    pub const fn duration(self) -> Duration {
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
pub struct Leads(HashMap<UserId, Lead>);

impl Leads {
    /// `chosen` are the leads of users with another than the default.
    pub fn new(chosen: HashMap<UserId, Lead>) -> Self {
        Self(chosen)
    }

    pub fn of(&self, user: UserId) -> Lead {
        self.0.get(&user).copied().unwrap_or_default()
    }

    /// The longest of all users: nothing that begins later needs a reminder yet.
    pub fn longest(&self) -> Lead {
        self.0.values().copied().max().unwrap_or_default().max(Lead::USUAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn lead(minutes: u16) -> Lead {
        minutes.try_into().unwrap()
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
    fn reminder_is_due_from_its_lead_on_until_the_start() {
        let start: Time = "2026-12-01T10:00:00Z".parse().unwrap();
        let due = |minutes, now: &str| lead(minutes).is_due(start, now.parse().unwrap());
        assert!(!due(15, "2026-12-01T09:44:59.999Z") && due(15, "2026-12-01T09:45:00Z"));
        assert!(due(15, "2026-12-01T09:59:59.999Z") && !due(15, "2026-12-01T10:00:00Z"));
        assert!(due(1440, "2026-11-30T10:00:00Z") && !due(0, "2026-12-01T09:59:59Z"));
    }

    #[test]
    fn longest_lead_is_the_usual_one_at_least() {
        let user = UserId::generate(Time::default(), &Random::seeded(1));
        let leads = |minutes| Leads::new(HashMap::from([(user, lead(minutes))]));
        assert_eq!((Leads::default().longest(), leads(5).longest()), (Lead::USUAL, Lead::USUAL));
        assert_eq!(
            (leads(60).longest(), leads(60).of(user), Leads::default().of(user)),
            (lead(60), lead(60), Lead::USUAL)
        );
    }
}
