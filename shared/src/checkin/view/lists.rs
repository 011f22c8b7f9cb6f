//! A check-in list as organisers and offline scanners see it: its counts, and the tickets that it lets in.

use serde::Serialize;
use utoipa::ToSchema;

use crate::attendees::model::{Ticket, TicketType};
use crate::checkin::model::{CheckinList, Reason};
use crate::code_hash::in_snapshot;
use crate::id::CheckinListId;
use crate::time::Time;

/// Counts of a ticket type at a check-in list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinTypeStatus)]
pub struct TypeStatus {
    /// Ticket type.
    pub ticket_type: TicketType,
    /// Number of tickets that the list lets in.
    pub tickets: i64,
    /// Number of tickets that have entered.
    pub checked_in: i64,
    /// Number of ticket holders inside: entries minus exits.
    pub inside: i64,
    /// Number of entries.
    pub entries: i64,
    /// Number of exits.
    pub exits: i64,
}

/// Counts of a check-in list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinListStatus)]
pub struct ListStatus {
    /// Id of the list.
    pub id: CheckinListId,
    /// Number of tickets that the list lets in.
    pub tickets: i64,
    /// Number of tickets that have entered.
    pub checked_in: i64,
    /// Number of ticket holders inside: entries minus exits.
    pub inside: i64,
    /// Number of entries.
    pub entries: i64,
    /// Number of exits.
    pub exits: i64,
    /// Counts by ticket type.
    pub types: Vec<TypeStatus>,
}

/// Ticket for an offline scanner. It has no personal data and no code that lets somebody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinSnapshotTicket)]
pub struct SnapshotTicket {
    /// First 32 hex digits of the HMAC-SHA256 of `<conference slug>#<ticket code>`, whose key is the snapshot's
    /// `code_key`.
    #[schema(examples("5f0c1f6d2c9b4e8a7d3b1a90c4e2f677"))]
    pub code_hash: String,
    /// Whether the list no longer lets in this ticket's type. The scanner then deletes the ticket.
    pub gone: bool,
    /// Ticket type.
    pub ticket_type: TicketType,
    /// Why the ticket is refused at any time. `null` if it is not.
    pub reason: Option<Reason>,
    /// Start of validity. `null`: always valid before `valid_until`.
    pub valid_from: Option<Time>,
    /// End of validity, not included. `null`: no end.
    pub valid_until: Option<Time>,
    /// Entries of the ticket at this list.
    pub entries: u32,
    /// Exits of the ticket at this list.
    pub exits: u32,
    /// Time of the last entry or exit.
    pub last_redeemed_at: Option<Time>,
}

impl SnapshotTicket {
    /// A ticket, hashed with the key of the list's snapshots.
    pub(in crate::checkin) fn of(list: &CheckinList, ticket: Ticket, key: &str) -> Self {
        let checked_in = ticket.checked_in.get(&list.id).cloned().unwrap_or_default();
        Self {
            code_hash: in_snapshot(key, &ticket.conference, ticket.code.as_str()),
            gone: !list.is_for(&ticket.ticket_type),
            reason: list.bars_ever(&ticket),
            ticket_type: ticket.ticket_type,
            valid_from: ticket.valid_from,
            valid_until: ticket.valid_until,
            entries: checked_in.entries,
            exits: checked_in.exits,
            last_redeemed_at: checked_in.last,
        }
    }
}

/// Part of the tickets that an offline scanner needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinSnapshot)]
pub struct Snapshot {
    /// New and changed tickets. If a ticket comes twice, the later one counts.
    pub items: Vec<SnapshotTicket>,
    /// Key of the hashes, 64 hex digits for 32 bytes. It is the list's own, and the same in each part.
    #[schema(examples("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))]
    pub code_key: String,
    /// Pass it as `since` to read the next part.
    pub cursor: String,
    /// Whether the next part can be read now. If not, poll later.
    pub more: bool,
}
