//! Check-in lists, and scans of tickets at them.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::attendees::model::{Standing, Ticket, TicketType};
use crate::id::CheckinListId;
use crate::text::{InvalidText, Line, Slug, checked_text};
use crate::time::Time;

/// An entrance, or several that let the same people in: which tickets, how often, from when to when. One item, versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckinList {
    /// Its id.
    pub id: CheckinListId,
    /// The conference.
    pub conference: Slug,
    /// What it is called.
    pub name: Line<100>,
    /// The types of tickets that it is for; empty for all.
    pub ticket_types: BTreeSet<TicketType>,
    /// Whether a ticket lets in however often.
    pub allow_multiple_entries: bool,
    /// Whether who went out may come in again.
    pub allow_entry_after_exit: bool,
    /// Whether tickets that are not paid for are let in.
    pub include_pending: bool,
    /// From when on it lets in; from ever where absent.
    pub opens_at: Option<Time>,
    /// Until when, itself not included.
    pub closes_at: Option<Time>,
    /// Rises by one with each change.
    pub version: u64,
    /// When it was written.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

impl CheckinList {
    /// Whether it is for tickets of this type.
    pub fn is_for(&self, ticket_type: &TicketType) -> bool {
        self.ticket_types.is_empty() || self.ticket_types.contains(ticket_type)
    }

    /// Whether tickets of this standing are let in.
    pub fn admits(&self, standing: Standing) -> bool {
        standing == Standing::Valid || (standing == Standing::Unpaid && self.include_pending)
    }

    /// Why a ticket is not let in whenever it comes; of several reasons the first.
    pub fn bars_ever(&self, ticket: &Ticket) -> Option<Reason> {
        match ticket.standing() {
            Standing::Cancelled => Some(Reason::Canceled),
            Standing::Blocked => Some(Reason::Blocked),
            Standing::Unapproved => Some(Reason::Unapproved),
            Standing::Unpaid if !self.include_pending => Some(Reason::Unpaid),
            _ if !self.is_for(&ticket.ticket_type) => Some(Reason::Product),
            _ => None,
        }
    }

    /// Why a ticket is not let in at `time`, other scans aside.
    pub fn bars(&self, ticket: &Ticket, time: Time) -> Option<Reason> {
        let open = self.opens_at.is_none_or(|from| from <= time) && self.closes_at.is_none_or(|until| time < until);
        let in_time = open && ticket.is_valid_at(time);
        self.bars_ever(ticket).or((!in_time).then_some(Reason::InvalidTime))
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

/// How often a list lets a ticket in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryRule {
    /// Once.
    Once,
    /// Again, once its holder went out.
    AfterExit,
    /// However often.
    Always,
}

/// Which way its holder goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScanType {
    /// In.
    #[default]
    Entry,
    /// Out.
    Exit,
}

/// Why a scan lets nobody in or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScanReason)]
pub enum Reason {
    /// There is no such ticket in this conference, or the code's signature is not ours.
    Invalid,
    /// It is not paid for.
    Unpaid,
    /// Organisers blocked it.
    Blocked,
    /// Its holder is in already, was in already, or, at an exit, is not in.
    AlreadyRedeemed,
    /// It was cancelled.
    Canceled,
    /// The list is not for tickets of its type.
    Product,
    /// The ticket is not valid then, or the list not open.
    InvalidTime,
    /// Organisers have not approved it.
    Unapproved,
}

/// What a scanner calls a scan, so that it can send it again: 1 to 64 of `A-Za-z0-9`, `-` and `_`, drawn at random.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,64}$", examples("Zk3nX0d2Qm9vB1"))]
pub struct Nonce(String);
checked_text!(Nonce);

impl FromStr for Nonce {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if (1..=64).contains(&text.len()) && text.bytes().all(known) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText("must be 1 to 64 of A-Z, a-z, 0-9, '-' and '_'".into()))
        }
    }
}

/// A scan of a ticket at a list: what the scanner said, what the list and the ticket said when it became known, and what follows from
/// all scans together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scan {
    /// What the scanner calls it.
    pub nonce: Nonce,
    /// In or out.
    #[serde(rename = "type")]
    pub scan_type: ScanType,
    /// When it happened.
    pub datetime: Time,
    /// When it became known here.
    pub received_at: Time,
    /// Who scanned: a user or an API key.
    pub by: String,
    /// A supervisor let it pass against the rules.
    #[serde(default)]
    pub forced: bool,
    /// How often the list let tickets in.
    pub rule: EntryRule,
    /// Why the ticket was not to be let in, other scans aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barred: Option<Reason>,
    /// Why it lets nobody in or out; nothing where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Reason>,
    /// When a supervisor undid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Time>,
    /// Who that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<String>,
}

/// What the scans of a ticket at a list come to. Never more exits than entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub entries: u32,
    pub exits: u32,
    /// When they first went in.
    pub first: Option<Time>,
    /// When they last went in or out.
    pub last: Option<Time>,
}

/// How many scans of a type of tickets a list counts; a part of them where it is a shard's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub ticket_type: TicketType,
    /// Tickets that were let in.
    pub checked_in: i64,
    /// Times they were.
    pub entries: i64,
    /// Times their holders went out.
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
