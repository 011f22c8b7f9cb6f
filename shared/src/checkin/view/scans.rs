//! Scans as scanners send them, and their results as scanners and organisers see them.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::attendees::model::{Ticket, TicketType};
use crate::checkin::model::{EntryRule, Nonce, Reason, Scan, ScanType, Tally};
use crate::checkin::scan_log::ScanLog;
use crate::text::Line;
use crate::time::Time;

/// Scan of a ticket.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckinScanRequest, example = json!({"code": "k7xq2mv9tz4w", "nonce": "Zk3nX0d2Qm9vB1", "type": "entry"}))]
pub struct ScanRequest {
    /// Text of the QR code, or the ticket code.
    pub code: Line<200>,
    /// Random name of the scan. A scan that is sent again with its nonce counts once.
    pub nonce: Nonce,
    /// Direction of the scan. Default: `entry`.
    #[serde(default, rename = "type")]
    #[schema(default = "entry")]
    pub scan_type: ScanType,
    /// Time of a scan made offline, at most 5 minutes ahead and 14 days ago. Default: now.
    #[serde(default, deserialize_with = "nearest")]
    pub datetime: Option<Time>,
    /// Whether to accept the scan against the rules. Only for supervisors.
    #[serde(default)]
    pub force: bool,
}

/// Reads the time of a scanner's clock. A clock that was reset shows a time that the API does not have. That is the error
/// of this scan, and not of its batch, so the nearest time that the API has stands for it: it is as wrong.
fn nearest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| Time::nearest(&text).map_err(Error::custom)).transpose()
}

/// Result of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckinScanStatus)]
pub enum Status {
    /// The scan is accepted: the ticket holder may pass.
    Ok,
    /// The scan is refused: the ticket holder may not pass.
    Error,
}

impl Status {
    fn of(refused: Option<Reason>) -> Self {
        refused.map_or(Self::Ok, |_| Self::Error)
    }
}

/// Ticket as an entrance sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScannedTicket {
    /// Name on the ticket.
    pub name: Line<200>,
    /// Ticket type.
    #[serde(rename = "type")]
    pub ticket_type: TicketType,
}

/// Result of a scan, and of all scans of the ticket at the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinRedemption)]
pub struct Redemption {
    /// Nonce of the scan.
    pub nonce: Nonce,
    /// Direction of the scan.
    #[serde(rename = "type")]
    pub scan_type: ScanType,
    /// Whether the ticket holder may pass.
    pub status: Status,
    /// Why the scan is refused. `null` if it is accepted.
    pub reason: Option<Reason>,
    /// The ticket. `null` if the code belongs to no ticket of the conference, or `datetime` is wrong.
    pub ticket: Option<ScannedTicket>,
    /// Time of the scan. `null` if the code belongs to no ticket and the request had no `datetime`.
    pub datetime: Option<Time>,
    /// Entries of the ticket at this list.
    pub entries: u32,
    /// Exits of the ticket at this list.
    pub exits: u32,
    /// Time of the first entry.
    pub first_redeemed_at: Option<Time>,
    /// Time of the last entry or exit.
    pub last_redeemed_at: Option<Time>,
    /// Whether a supervisor has undone the scan.
    pub undone: bool,
}

impl Redemption {
    /// Of a scan in its log.
    pub(in crate::checkin) fn of(scan: &Scan, ticket: &Ticket, tally: Tally) -> Self {
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

    /// Of a scan that is no ticket's: its code belongs to no ticket of the conference, or its time is wrong.
    pub(in crate::checkin) fn unknown(request: &ScanRequest, reason: Reason) -> Self {
        Self {
            nonce: request.nonce.clone(),
            scan_type: request.scan_type,
            status: Status::Error,
            reason: Some(reason),
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

/// New result of an earlier scan, which a late scan has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinReconciliation)]
pub struct Reconciled {
    /// Nonce of the earlier scan.
    pub nonce: Nonce,
    /// Time of the earlier scan.
    pub datetime: Time,
    /// New result.
    pub status: Status,
    /// Why the scan is now refused. `null` if it is now accepted.
    pub reason: Option<Reason>,
}

impl Reconciled {
    pub(in crate::checkin) fn of(scan: &Scan) -> Self {
        let status = Status::of(scan.refused);
        Self { nonce: scan.nonce.clone(), datetime: scan.datetime, status, reason: scan.refused }
    }
}

/// Result of a scan, and new results of earlier scans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinResult)]
pub struct Redeemed {
    /// Result of the scan.
    #[serde(flatten)]
    pub redemption: Redemption,
    /// New results of earlier scans of the ticket.
    pub reconciled: Vec<Reconciled>,
}

/// Results of a batch of scans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinBatchResult)]
pub struct BatchRedeemed {
    /// Result of each scan, in the order of the request.
    pub results: Vec<Redemption>,
    /// New results of earlier scans of the tickets.
    pub reconciled: Vec<Reconciled>,
}

/// Scan in the log of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinScan)]
pub struct ScanView {
    /// Nonce of the scan.
    pub nonce: Nonce,
    /// Direction of the scan.
    #[serde(rename = "type")]
    pub scan_type: ScanType,
    /// Time of the scan.
    pub datetime: Time,
    /// Time at which the server received the scan.
    pub received_at: Time,
    /// Seconds by which the scan arrived late: from `datetime` to `received_at`. 0: it arrived at once.
    pub late_seconds: u64,
    /// Operator who scanned: the id of a user or of an API key.
    pub by: String,
    /// Whether a supervisor forced the scan against the rules.
    pub forced: bool,
    /// Entry rule of the list when the scan was received.
    pub rule: EntryRule,
    /// Why the ticket was refused at the time of the scan, apart from other scans.
    pub barred: Option<Reason>,
    /// Why the scan is refused. `null` if it is accepted.
    pub refused: Option<Reason>,
    /// Time at which a supervisor undid the scan.
    pub undone_at: Option<Time>,
    /// Supervisor who undid the scan: the id of a user or of an API key.
    pub undone_by: Option<String>,
}

impl From<Scan> for ScanView {
    fn from(scan: Scan) -> Self {
        Self {
            nonce: scan.nonce,
            scan_type: scan.scan_type,
            datetime: scan.datetime,
            received_at: scan.received_at,
            late_seconds: scan.datetime.until(scan.received_at).as_secs(),
            by: scan.by,
            forced: scan.forced,
            rule: scan.rule,
            barred: scan.barred,
            refused: scan.refused,
            undone_at: scan.undone_at,
            undone_by: scan.undone_by,
        }
    }
}

/// Scans of a ticket at a check-in list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckinScanLog)]
pub struct Redemptions {
    /// The ticket.
    pub ticket: ScannedTicket,
    /// Entries of the ticket at the list.
    pub entries: u32,
    /// Exits of the ticket at the list.
    pub exits: u32,
    /// Scans in the order of their times. A long log has only the latest scans.
    pub scans: Vec<ScanView>,
}

impl Redemptions {
    pub(in crate::checkin) fn of(ticket: Ticket, log: Option<ScanLog>) -> Self {
        let tally = log.as_ref().map(|log| log.tally).unwrap_or_default();
        Self {
            ticket: ScannedTicket { name: ticket.name, ticket_type: ticket.ticket_type },
            entries: tally.entries,
            exits: tally.exits,
            scans: log.map(|log| log.scans.into_iter().map(ScanView::from).collect()).unwrap_or_default(),
        }
    }
}
