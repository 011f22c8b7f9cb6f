//! Check-in as scanners and organisers see it.

#![warn(missing_docs)]

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::model::{CheckinList, Nonce, Reason, Scan, ScanType, Tally};
use super::scan_log::ScanLog;
use crate::attendees::model::{Ticket, TicketCode, TicketType};
use crate::id::CheckinListId;
use crate::text::{Line, Slug};
use crate::time::Time;

/// A scan, as a scanner sends it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanRequest {
    /// What was scanned or typed: a QR code's text or a ticket's code.
    pub code: Line<200>,
    /// What the scanner calls the scan. Sent again with it, it counts once.
    pub nonce: Nonce,
    /// In or out.
    #[serde(default, rename = "type")]
    #[schema(default = "entry")]
    pub scan_type: ScanType,
    /// When it happened, of one without network; now where absent. At most five minutes ahead and 14 days ago.
    pub datetime: Option<Time>,
    /// Let in against the rules. For supervisors.
    #[serde(default)]
    pub force: bool,
}

/// Whether the holder may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScanStatus)]
pub enum Status {
    /// They may.
    Ok,
    /// They may not.
    Error,
}

impl Status {
    fn of(refused: Option<Reason>) -> Self {
        refused.map_or(Self::Ok, |_| Self::Error)
    }
}

/// A ticket, as far as an entrance needs to see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScannedTicket {
    /// The name on it.
    pub name: Line<200>,
    /// Its type.
    #[serde(rename = "type")]
    pub ticket_type: TicketType,
}

/// What became of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Redemption {
    /// What the scanner calls it.
    pub nonce: Nonce,
    /// In or out.
    #[serde(rename = "type")]
    pub scan_type: ScanType,
    /// Whether the holder may pass.
    pub status: Status,
    /// Why not.
    pub reason: Option<Reason>,
    /// The ticket, where there is one.
    pub ticket: Option<ScannedTicket>,
    /// When the scan happened.
    pub datetime: Option<Time>,
    /// Times the holder went in at this list.
    pub entries: u32,
    /// Times they went out.
    pub exits: u32,
    /// When they first went in.
    pub first_redeemed_at: Option<Time>,
    /// When they last went in or out.
    pub last_redeemed_at: Option<Time>,
    /// A supervisor has undone the scan.
    pub undone: bool,
}

impl Redemption {
    /// Of a scan in its log.
    pub(super) fn of(scan: &Scan, ticket: &Ticket, tally: Tally) -> Self {
        Self {
            nonce: scan.nonce.clone(),
            scan_type: scan.scan_type,
            status: Status::of(scan.refused),
            reason: scan.refused,
            ticket: Some(ScannedTicket { name: ticket.name.clone(), ticket_type: ticket.ticket_type.clone() }),
            datetime: Some(scan.datetime),
            entries: tally.entries,
            exits: tally.exits,
            first_redeemed_at: tally.first,
            last_redeemed_at: tally.last,
            undone: scan.undone_at.is_some(),
        }
    }

    /// Of a scan of what is no ticket of the conference.
    pub(super) fn invalid(request: &ScanRequest) -> Self {
        Self {
            nonce: request.nonce.clone(),
            scan_type: request.scan_type,
            status: Status::Error,
            reason: Some(Reason::Invalid),
            ticket: None,
            datetime: request.datetime,
            entries: 0,
            exits: 0,
            first_redeemed_at: None,
            last_redeemed_at: None,
            undone: false,
        }
    }
}

/// An earlier answer that a request has changed, as a scan came late that happened before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reconciled {
    /// The scan whose answer it was.
    pub nonce: Nonce,
    /// When it happened.
    pub datetime: Time,
    /// What the answer is now.
    pub status: Status,
    /// Why, where it is an error now.
    pub reason: Option<Reason>,
}

impl Reconciled {
    pub(super) fn of(scan: &Scan) -> Self {
        let status = Status::of(scan.refused);
        Self { nonce: scan.nonce.clone(), datetime: scan.datetime, status, reason: scan.refused }
    }
}

/// What became of one scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Redeemed {
    /// What became of it.
    #[serde(flatten)]
    pub redemption: Redemption,
    /// Earlier answers that it has changed.
    pub reconciled: Vec<Reconciled>,
}

/// What became of many scans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchRedeemed {
    /// What became of each, in the order of the request.
    pub results: Vec<Redemption>,
    /// Earlier answers that they have changed.
    pub reconciled: Vec<Reconciled>,
}

/// The scans of a ticket at a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Redemptions {
    /// The ticket.
    pub ticket: ScannedTicket,
    /// Times the holder went in.
    pub entries: u32,
    /// Times they went out.
    pub exits: u32,
    /// The scans in the order in which they happened, the last ones where there were very many.
    pub scans: Vec<Scan>,
}

impl Redemptions {
    pub(super) fn of(ticket: Ticket, log: Option<ScanLog>) -> Self {
        let tally = log.as_ref().map(|log| log.tally).unwrap_or_default();
        Self {
            ticket: ScannedTicket { name: ticket.name, ticket_type: ticket.ticket_type },
            entries: tally.entries,
            exits: tally.exits,
            scans: log.map(|log| log.scans).unwrap_or_default(),
        }
    }
}

/// How many of a type of tickets are there, and in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TypeStatus {
    /// The type.
    pub ticket_type: TicketType,
    /// Tickets that the list lets in.
    pub tickets: i64,
    /// Tickets that it has let in.
    pub checked_in: i64,
    /// Holders who are inside: entries without exits.
    pub inside: i64,
    /// Times it let somebody in.
    pub entries: i64,
    /// Times it let somebody out.
    pub exits: i64,
}

/// How a list stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListStatus {
    /// The list.
    pub id: CheckinListId,
    /// Tickets that it lets in.
    pub tickets: i64,
    /// Tickets that it has let in.
    pub checked_in: i64,
    /// Holders who are inside: entries without exits.
    pub inside: i64,
    /// Times it let somebody in.
    pub entries: i64,
    /// Times it let somebody out.
    pub exits: i64,
    /// The same by type of tickets.
    pub types: Vec<TypeStatus>,
}

/// A ticket for a scanner without network: enough to decide, nothing about a person, and no code that somebody could come in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SnapshotTicket {
    /// The first 32 hex digits of SHA-256 of `<slug>#<code>`.
    #[schema(examples("5f0c1f6d2c9b4e8a7d3b1a90c4e2f677"))]
    pub code_hash: String,
    /// The list is not for it (any more): forget it.
    pub gone: bool,
    /// Its type.
    pub ticket_type: TicketType,
    /// Why it is not let in, whenever it comes.
    pub reason: Option<Reason>,
    /// From when it is valid.
    pub valid_from: Option<Time>,
    /// Until when.
    pub valid_until: Option<Time>,
    /// Times its holder went in at this list.
    pub entries: u32,
    /// Times they went out.
    pub exits: u32,
    /// When they last did.
    pub last_redeemed_at: Option<Time>,
}

impl SnapshotTicket {
    pub(super) fn of(list: &CheckinList, ticket: Ticket) -> Self {
        let checked_in = ticket.checked_in.get(&list.id).cloned().unwrap_or_default();
        Self {
            code_hash: code_hash(&ticket.conference, &ticket.code),
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

fn code_hash(conference: &Slug, code: &TicketCode) -> String {
    let hash = Sha256::digest(format!("{conference}#{code}"));
    hex::encode(hash.iter().take(16).copied().collect::<Vec<u8>>())
}

/// A part of what a scanner without network should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Snapshot {
    /// Tickets that are new or changed. One may come twice; what comes later counts.
    pub items: Vec<SnapshotTicket>,
    /// Pass it as `since` to go on.
    pub cursor: String,
    /// Whether there is more to read at once; else come back later.
    pub more: bool,
}
