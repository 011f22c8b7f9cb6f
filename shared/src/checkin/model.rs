//! Check-in lists, and scans of tickets at them.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::attendees::model::{Ticket, TicketStatus, TicketType};
use crate::id::CheckinListId;
use crate::text::{InvalidText, Line, Slug, checked_text};
use crate::time::Time;

/// Check-in list: which tickets an entrance, or several, let in, how often and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckinList {
    /// Id of the list.
    pub id: CheckinListId,
    /// Slug of the conference.
    pub conference: Slug,
    /// Name of the list.
    pub name: Line<100>,
    /// Ticket types that the list lets in. Empty: all types.
    pub ticket_types: BTreeSet<TicketType>,
    /// Whether a ticket may enter any number of times.
    pub allow_multiple_entries: bool,
    /// Whether a ticket may enter again after an exit.
    pub allow_entry_after_exit: bool,
    /// Whether the list lets in unpaid tickets.
    pub include_pending: bool,
    /// Opening time. `null`: always open.
    pub opens_at: Option<Time>,
    /// Closing time, not included. `null`: never closes.
    pub closes_at: Option<Time>,
    /// Version: one more with each change.
    pub version: u64,
    /// Time of creation.
    pub created_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
    /// Whether a ticket was let in, as far as the list knows: the counts know better. The scan that makes it true has to
    /// find the list there.
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    pub used: bool,
}

impl CheckinList {
    /// Whether it lets in tickets of this type.
    pub fn is_for(&self, ticket_type: &TicketType) -> bool {
        self.ticket_types.is_empty() || self.ticket_types.contains(ticket_type)
    }

    /// Whether it lets in tickets of this status.
    pub fn admits(&self, standing: TicketStatus) -> bool {
        standing == TicketStatus::Valid || (standing == TicketStatus::Unpaid && self.include_pending)
    }

    /// Why a ticket is refused now, whatever its dates; of several reasons the first.
    pub fn bars_ever(&self, ticket: &Ticket) -> Option<Reason> {
        self.bars_status(ticket, ticket.status())
    }

    fn bars_status(&self, ticket: &Ticket, status: TicketStatus) -> Option<Reason> {
        match status {
            TicketStatus::Cancelled => Some(Reason::Canceled),
            TicketStatus::Blocked => Some(Reason::Blocked),
            TicketStatus::Unapproved => Some(Reason::Unapproved),
            TicketStatus::Unpaid if !self.include_pending => Some(Reason::Unpaid),
            _ if !self.is_for(&ticket.ticket_type) => Some(Reason::Product),
            _ => None,
        }
    }

    /// Why a ticket is refused at `time`, which may be long ago, apart from other scans.
    pub fn bars(&self, ticket: &Ticket, time: Time) -> Option<Reason> {
        let open = self.opens_at.is_none_or(|from| from <= time) && self.closes_at.is_none_or(|until| time < until);
        let in_time = open && ticket.is_valid_at(time);
        self.bars_status(ticket, ticket.status_at(time)).or((!in_time).then_some(Reason::InvalidTime))
    }

    /// How often it lets a ticket in.
    pub fn rule(&self) -> EntryRule {
        match (self.allow_multiple_entries, self.allow_entry_after_exit) {
            (true, _) => EntryRule::Always,
            (_, true) => EntryRule::AfterExit,
            _ => EntryRule::Once,
        }
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}

/// How often a check-in list lets a ticket in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckinEntryRule)]
pub enum EntryRule {
    /// Once.
    Once,
    /// Once, and again after each exit.
    AfterExit,
    /// Any number of times.
    Always,
}

/// Direction of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckinScanType)]
pub enum ScanType {
    /// The ticket holder enters.
    #[default]
    Entry,
    /// The ticket holder leaves.
    Exit,
}

/// Why a scan is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckinRefusalReason)]
pub enum Reason {
    /// The conference has no such ticket, or the signature of the code is wrong.
    Invalid,
    /// The ticket is unpaid.
    Unpaid,
    /// Organisers blocked the ticket.
    Blocked,
    /// The entry rule of the list is used up; at an exit: the ticket holder is not inside.
    AlreadyRedeemed,
    /// The ticket is cancelled. The spelling is that of pretix, which scanners expect.
    Canceled,
    /// The list does not let in tickets of this type.
    Product,
    /// The ticket is not valid at this time, or the list is closed.
    InvalidTime,
    /// Organisers have not approved the ticket.
    Unapproved,
    /// In a batch: `datetime` is more than 5 minutes ahead or more than 14 days ago. The scan is not stored: correct
    /// `datetime` and send the scan again.
    InvalidDatetime,
}

/// Random name that a scanner gives a scan. A scan that is sent again with its nonce counts once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = CheckinNonce, value_type = String, pattern = "^[A-Za-z0-9_-]{1,64}$", examples("Zk3nX0d2Qm9vB1"))]
pub struct Nonce(String);
checked_text!(Nonce);

impl FromStr for Nonce {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if (1..=64).contains(&text.len()) && text.bytes().all(known) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText("must have 1 to 64 characters of A-Z, a-z, 0-9, '-' and '_'".into()))
        }
    }
}

/// A scan of a ticket at a list: the scanner's data, the rules when it was received, and the result that follows from
/// all scans. `None` is left out where it is stored, as a log with many scans is written whole with each scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    pub nonce: Nonce,
    #[serde(rename = "type")]
    pub scan_type: ScanType,
    /// Time of the scan.
    pub datetime: Time,
    /// Time at which the server received it.
    pub received_at: Time,
    /// The operator: a user or an API key.
    pub by: String,
    /// A supervisor forced it against the rules.
    #[serde(default)]
    pub forced: bool,
    /// The list's entry rule when the scan was received.
    pub rule: EntryRule,
    /// Why the ticket was refused at the time of the scan, as known when it was received, apart from other scans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barred: Option<Reason>,
    /// Why the scan is refused. `None`: it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Reason>,
    /// Time at which a supervisor undid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Time>,
    /// The supervisor who undid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<String>,
}

/// Result of the scans of a ticket at a list. Never more exits than entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub entries: u32,
    pub exits: u32,
    /// First entry.
    pub first: Option<Time>,
    /// Last entry or exit.
    pub last: Option<Time>,
}

/// Scans of a ticket type at a list, or the part of them that one shard counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub ticket_type: TicketType,
    /// Tickets that were let in.
    pub checked_in: i64,
    pub entries: i64,
    pub exits: i64,
}

impl Count {
    /// What one ticket adds.
    pub fn of(ticket_type: &TicketType, tally: Tally) -> Self {
        let (entries, exits) = (i64::from(tally.entries), i64::from(tally.exits));
        Self { ticket_type: ticket_type.clone(), checked_in: i64::from(tally.entries > 0), entries, exits }
    }

    /// No scans of a type.
    pub fn nothing(ticket_type: &TicketType) -> Self {
        Self { ticket_type: ticket_type.clone(), checked_in: 0, entries: 0, exits: 0 }
    }

    /// Adds another `times` over, its type aside.
    pub fn add(&mut self, other: &Self, times: i64) {
        self.checked_in += times * other.checked_in;
        self.entries += times * other.entries;
        self.exits += times * other.exits;
    }

    pub fn is_nothing(&self) -> bool {
        (self.checked_in, self.entries, self.exits) == (0, 0, 0)
    }
}
