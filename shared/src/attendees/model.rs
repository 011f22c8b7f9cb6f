//! Tickets: the data of the ticketing system, decisions of organisers, the ticket holder, and scans.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{CheckinListId, UserId};
use crate::text::{InvalidText, Line, Slug, checked_text};
use crate::time::Time;
use crate::users::contact::{EmailAddress, as_written};

/// Secret code that is printed on a ticket. Upper and lower case differ.
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
            Err(InvalidText("must have 6 to 64 characters of A-Z, a-z, 0-9, '-', '_' and '.'".into()))
        }
    }
}

/// Product that a ticket is for, such as `Standard` or `VIP`.
pub type TicketType = Line<80>;

/// State of a ticket in the ticketing system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// The ticket is paid.
    Paid,
    /// The ticket is not paid yet.
    Unpaid,
    /// The ticket is cancelled.
    Cancelled,
}

/// Whether organisers let the ticket holder come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketApproval)]
pub enum Approval {
    /// Organisers approved the ticket.
    Approved,
    /// Organisers have not approved the ticket yet.
    Unapproved,
}

/// Whether a ticket lets in, apart from its dates. Of several reasons to refuse it, the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// The ticket is cancelled.
    Cancelled,
    /// Organisers blocked the ticket.
    Blocked,
    /// Organisers have not approved the ticket.
    Unapproved,
    /// The ticket is unpaid.
    Unpaid,
    /// The ticket lets in.
    Valid,
}

impl TicketStatus {
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

/// Age of the ticketing system's data about a ticket. Data may arrive in any order: the greater value is newer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketDataAge)]
pub struct AsOf {
    /// Time at which the data was correct.
    pub occurred_at: Time,
    /// Id of the ticketing event or import with the data, which orders data of one millisecond. Empty for a change by
    /// an organiser.
    pub event: String,
}

/// Status that a ticket had, and when it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketEarlierStatus)]
pub struct Earlier {
    /// The status.
    pub status: TicketStatus,
    /// Its end, not included: the time at which the ticketing system or an organiser changed the ticket.
    pub until: Time,
}

/// Most earlier statuses of a ticket. Each scan reads and may write the ticket whole.
const MAX_EARLIER: usize = 16;

/// Scans of a ticket at a check-in list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketCheckin)]
pub struct CheckedIn {
    /// Number of entries.
    pub entries: u32,
    /// Number of exits.
    pub exits: u32,
    /// Time of the last entry or exit.
    pub last: Option<Time>,
}

/// Ticket of a conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Slug of the conference.
    pub conference: Slug,
    /// Ticket code, unique in the conference.
    pub code: TicketCode,
    /// Name on the ticket.
    pub name: Line<200>,
    /// Email address that the ticket was sent to.
    #[serde(default, deserialize_with = "as_written")]
    pub email: Option<EmailAddress>,
    /// Ticket type.
    pub ticket_type: TicketType,
    /// Whether the ticket is paid, unpaid or cancelled.
    pub state: TicketState,
    /// Whether organisers let the ticket holder come.
    pub approval: Approval,
    /// Whether organisers blocked the ticket. A blocked ticket is refused at every entrance.
    pub blocked: bool,
    /// Whether organisers transferred the ticket. Only a user with its verified email address can claim it, as the
    /// previous holder knows the code.
    #[serde(default)]
    pub reserved: bool,
    /// Start of validity. `null`: always valid before `valid_until`.
    pub valid_from: Option<Time>,
    /// End of validity, not included. `null`: no end.
    pub valid_until: Option<Time>,
    /// User who claimed the ticket.
    pub user_id: Option<UserId>,
    /// Time of the claim.
    pub claimed_at: Option<Time>,
    /// Order in the ticketing system.
    pub order: Option<Line<100>>,
    /// Age of name, email address, type, state and dates.
    pub as_of: AsOf,
    /// Earlier statuses, the oldest first, at most 16. A scan that arrives late is judged by the status of its own time.
    #[serde(default)]
    pub earlier: Vec<Earlier>,
    /// Scans by check-in list: an object whose names are ids of lists. Lists without a scan are absent.
    #[serde(default)]
    #[schema(value_type = HashMap<String, CheckedIn>)]
    pub checked_in: BTreeMap<CheckinListId, CheckedIn>,
    /// Version: one more with each change. Send it in `If-Match` to change the ticket.
    pub version: u64,
    /// Time of creation in this system.
    pub created_at: Time,
    /// Time of the last change, including scans.
    pub updated_at: Time,
}

impl Ticket {
    /// The status, apart from its dates.
    pub fn status(&self) -> TicketStatus {
        match (self.state, self.blocked, self.approval) {
            (TicketState::Cancelled, ..) => TicketStatus::Cancelled,
            (_, true, _) => TicketStatus::Blocked,
            (_, _, Approval::Unapproved) => TicketStatus::Unapproved,
            (TicketState::Unpaid, ..) => TicketStatus::Unpaid,
            (TicketState::Paid, ..) => TicketStatus::Valid,
        }
    }

    /// The status at `time`, apart from its dates. Before all that is known, it is the first known one.
    pub fn status_at(&self, time: Time) -> TicketStatus {
        self.earlier.iter().find(|earlier| time < earlier.until).map_or_else(|| self.status(), |earlier| earlier.status)
    }

    /// Remembers the status that the ticket had as `before`, if it changed at `at`.
    pub fn remember(&mut self, before: &Self, at: Time) {
        if before.status() == self.status() {
            return;
        }
        // A change may become known after others that came later: from its time on, none of the earlier statuses holds.
        for earlier in &mut self.earlier {
            earlier.until = earlier.until.min(at);
        }
        self.earlier.push(Earlier { status: before.status(), until: at });
        self.earlier.drain(..self.earlier.len().saturating_sub(MAX_EARLIER));
    }

    /// Whether it is valid at `time`. The end is not included.
    pub fn is_valid_at(&self, time: Time) -> bool {
        self.valid_from.is_none_or(|from| from <= time) && self.valid_until.is_none_or(|until| time < until)
    }

    /// Whether there is a time at which it is valid.
    pub fn has_validity(&self) -> bool {
        self.valid_from.zip(self.valid_until).is_none_or(|(from, until)| from < until)
    }

    /// The ticket holder, unless the ticket is cancelled.
    pub fn attendee(&self) -> Option<UserId> {
        self.user_id.filter(|_| self.state != TicketState::Cancelled)
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}

/// Attendee: user with a claimed ticket of a conference, or without one since it was cancelled or transferred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attendee {
    /// Slug of the conference.
    pub conference: Slug,
    /// Id of the user.
    pub user_id: UserId,
    /// Number of claimed tickets that are not cancelled.
    pub tickets: u32,
    /// Whether the user is in the attendee directory of the conference.
    #[serde(default)]
    pub listed: bool,
}

/// Number of tickets of a type and status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketCount {
    /// Ticket type.
    pub ticket_type: TicketType,
    /// Status of the tickets.
    pub standing: TicketStatus,
    // One shard's part may be below zero.
    /// Number of tickets.
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
