//! Entries of the control list.

use serde::{Deserialize, Serialize};

use crate::id::{SessionId, UserId};
use crate::random::Random;
use crate::time::Time;

crate::id!(
    /// An entry of the control list.
    ControlId,
    "ctl"
);

/// Seconds for which an entry is kept: an access token lives 900 seconds, and the clocks of two instances may differ.
/// After that no token is left that the entry could refuse.
pub const KEPT_SECONDS: i64 = 1_000;

/// What changed for a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The user is banned.
    Banned {
        /// End of the ban; `None` means that it has no end.
        until: Option<Time>,
    },
    /// The ban was lifted.
    Unbanned,
    /// Grants were given or taken: those of the profile count.
    Grants,
    /// A login session has ended.
    SessionEnded {
        /// The session.
        session: SessionId,
    },
    /// All login sessions that began before the entry have ended.
    SessionsEnded {
        /// The session that goes on.
        except: Option<SessionId>,
    },
}

/// A change that every instance must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlEntry {
    /// Id.
    pub id: ControlId,
    /// The user.
    pub user_id: UserId,
    /// Time of the change.
    pub at: Time,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}

impl ControlEntry {
    /// An entry that is written with its change.
    pub fn new(user_id: UserId, change: Change, now: Time, random: &Random) -> Self {
        Self { id: ControlId::generate(now, random), user_id, at: now, change }
    }

    /// Whether the entry says that this login session of its user has ended.
    pub fn ends(&self, session: SessionId) -> bool {
        match &self.change {
            Change::SessionEnded { session: ended } => *ended == session,
            Change::SessionsEnded { except } => *except != Some(session) && session.time() < self.at,
            Change::Banned { .. } | Change::Unbanned | Change::Grants => false,
        }
    }
}

/// Why the control list refuses a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The user is banned.
    Banned,
    /// The login session has ended.
    SessionEnded,
}

/// What a user's entries, in the order of their times, say of a token with this session.
pub(super) fn judge<'a>(
    entries: impl Iterator<Item = &'a ControlEntry>,
    session: SessionId,
    now: Time,
) -> Option<Refusal> {
    let mut banned = false;
    let mut ended = false;
    for entry in entries {
        ended |= entry.ends(session);
        match &entry.change {
            Change::Banned { until } => banned = until.is_none_or(|until| now < until),
            Change::Unbanned => banned = false,
            Change::Grants | Change::SessionEnded { .. } | Change::SessionsEnded { .. } => {}
        }
    }
    match (ended, banned) {
        (_, true) => Some(Refusal::Banned),
        (true, false) => Some(Refusal::SessionEnded),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000).unwrap()
    }

    fn entry(seconds: i64, change: Change) -> ControlEntry {
        let random = Random::seeded(1);
        ControlEntry::new(UserId::generate(at(0), &random), change, at(seconds), &random)
    }

    #[test]
    fn later_entry_decides_about_a_ban() {
        let session = SessionId::generate(at(1), &Random::seeded(2));
        let ban = |until: Option<i64>| entry(10, Change::Banned { until: until.map(at) });
        let judged = |entries: &[ControlEntry], now: i64| judge(entries.iter(), session, at(now));
        assert_eq!(judged(&[ban(None)], 11), Some(Refusal::Banned));
        assert_eq!(judged(&[ban(Some(20))], 19), Some(Refusal::Banned));
        assert_eq!(judged(&[ban(Some(20))], 20), None);
        assert_eq!(judged(&[ban(None), entry(12, Change::Unbanned)], 13), None);
    }

    #[test]
    fn sessions_that_began_before_the_entry_have_ended_but_one() {
        let random = Random::seeded(2);
        let [old, kept, new] = [1, 2, 11].map(|second| SessionId::generate(at(second), &random));
        let all = entry(10, Change::SessionsEnded { except: Some(kept) });
        let one = entry(10, Change::SessionEnded { session: old });
        let judged = |entry: &ControlEntry, session| judge(std::iter::once(entry), session, at(12));
        assert_eq!(judged(&all, old), Some(Refusal::SessionEnded));
        assert_eq!((judged(&all, kept), judged(&all, new)), (None, None));
        assert_eq!((judged(&one, old), judged(&one, kept)), (Some(Refusal::SessionEnded), None));
    }
}
