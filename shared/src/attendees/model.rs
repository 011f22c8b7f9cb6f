//! Tickets as they are: what the ticketing system says of them, what organisers decide, whose they are, where they were scanned.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{CheckinListId, UserId};
use crate::text::{InvalidText, Line, Slug, checked_text};
use crate::time::Time;
use crate::users::contact::EmailAddress;

/// What is printed on a ticket and proves whose it is: 6 to 64 of `A-Za-z0-9`, `-`, `_` and `.`. Upper and lower case differ, as the
/// ticketing system made it so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9._-]{6,64}$", examples("k7xq2mv9tz4w"))]
pub struct TicketCode(String);
checked_text!(TicketCode);

impl FromStr for TicketCode {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim();
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if (6..=64).contains(&code.len()) && code.bytes().all(known) {
            Ok(Self(code.to_owned()))
        } else {
            Err(InvalidText("must be 6 to 64 of A-Z, a-z, 0-9, '-', '_' and '.'".into()))
        }
    }
}

/// The kind of a ticket: `Standard`, `VIP`.
pub type TicketType = Line<80>;

/// Whether a ticket is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// It is.
    Paid,
    /// Not yet.
    Unpaid,
    /// It is not valid any more.
    Cancelled,
}

/// Whether organisers let its holder come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketApproval)]
pub enum Approval {
    /// They do.
    Approved,
    /// Not yet.
    Unapproved,
}

/// What a ticket is good for, its dates aside: what counts are kept by. Of several reasons not to let somebody in, the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It was cancelled.
    Cancelled,
    /// Organisers blocked it.
    Blocked,
    /// Organisers have not approved it.
    Unapproved,
    /// It is not paid for, and else in order.
    Unpaid,
    /// It is in order.
    Valid,
}

impl Standing {
    /// Its name in keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Blocked => "blocked",
            Self::Unapproved => "unapproved",
            Self::Unpaid => "unpaid",
            Self::Valid => "valid",
        }
    }
}

/// As of when the ticketing system's word about a ticket is. Words may come in any order; of two, the greater is the later one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct AsOf {
    /// When it was so.
    pub occurred_at: Time,
    /// The event that said so, which decides where two happened in one millisecond; empty where it was an import or an organiser.
    pub event: String,
}

/// How often a ticket was scanned at a check-in list. Check-in writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckedIn {
    /// Times its holder went in.
    pub entries: u32,
    /// Times its holder went out.
    pub exits: u32,
    /// The last time of either.
    pub last: Option<Time>,
}

/// A ticket: one item, versioned. Its code is unique in its conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// The conference it is for.
    pub conference: Slug,
    /// Its code.
    pub code: TicketCode,
    /// The name on it.
    pub name: Line<200>,
    /// The address it was sent to.
    pub email: Option<EmailAddress>,
    /// Its kind.
    pub ticket_type: TicketType,
    /// Whether it is paid for.
    pub state: TicketState,
    /// Whether organisers let its holder come.
    pub approval: Approval,
    /// Organisers blocked it.
    pub blocked: bool,
    /// Organisers transferred it: only whoever proves its address may claim it, as the one before knows the code.
    #[serde(default)]
    pub reserved: bool,
    /// From when it is valid; from ever where absent.
    pub valid_from: Option<Time>,
    /// Until when.
    pub valid_until: Option<Time>,
    /// Who claimed it.
    pub user_id: Option<UserId>,
    /// When.
    pub claimed_at: Option<Time>,
    /// The order it was bought with, in the ticketing system.
    pub order: Option<Line<100>>,
    /// As of when name, address, kind, state and dates are as they are here.
    pub as_of: AsOf,
    /// Scans, by check-in list.
    #[serde(default)]
    #[schema(value_type = HashMap<String, CheckedIn>)]
    pub checked_in: BTreeMap<CheckinListId, CheckedIn>,
    /// Rises by one with each change.
    pub version: u64,
    /// When it became known here.
    pub created_at: Time,
    /// When it was last changed, scans included.
    pub updated_at: Time,
}

impl Ticket {
    /// What it is good for, its dates aside.
    pub fn standing(&self) -> Standing {
        match (self.state, self.blocked, self.approval) {
            (TicketState::Cancelled, ..) => Standing::Cancelled,
            (_, true, _) => Standing::Blocked,
            (_, _, Approval::Unapproved) => Standing::Unapproved,
            (TicketState::Unpaid, ..) => Standing::Unpaid,
            (TicketState::Paid, ..) => Standing::Valid,
        }
    }

    /// Whether its dates let somebody in at `time`: from its first moment, up to and without its last.
    pub fn is_valid_at(&self, time: Time) -> bool {
        self.valid_from.is_none_or(|from| from <= time) && self.valid_until.is_none_or(|until| time < until)
    }

    /// The user whom it makes an attendee: who claimed it, unless it was cancelled.
    pub fn attendee(&self) -> Option<UserId> {
        self.user_id.filter(|_| self.state != TicketState::Cancelled)
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}

/// A user who has a ticket of a conference, or had one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attendee {
    /// The conference.
    pub conference: Slug,
    /// The user.
    pub user_id: UserId,
    /// Tickets claimed and not cancelled.
    pub tickets: u32,
    /// The user wants to be in the conference's directory of attendees.
    #[serde(default)]
    pub listed: bool,
}

/// How many tickets of a kind there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketCount {
    /// The kind.
    pub ticket_type: TicketType,
    /// What they are good for.
    pub standing: Standing,
    /// How many; a part of them where it is a shard's, which may be below zero.
    pub tickets: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_kept_as_it_is_and_fits_into_keys_and_addresses() {
        assert_eq!(" Ab-9_z.K ".parse::<TicketCode>().unwrap().as_str(), "Ab-9_z.K");
        for bad in ["", "12345", "a#bcdef", "abc/def", "abc def", "кодкод", &"x".repeat(65)] {
            assert!(bad.parse::<TicketCode>().is_err(), "{bad:?}");
        }
    }
}
