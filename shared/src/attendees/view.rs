//! What of a ticket is shown to whoever claimed it.

#![warn(missing_docs)]

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Approval, Ticket, TicketCode, TicketState, TicketType};
use super::qr::{TicketKeys, TicketQr};
use crate::text::{Line, Slug};
use crate::time::Time;
use crate::users::contact::EmailAddress;

/// A ticket as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnTicket {
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
    /// From when it is valid.
    pub valid_from: Option<Time>,
    /// Until when.
    pub valid_until: Option<Time>,
    /// When it was claimed.
    pub claimed_at: Option<Time>,
    /// It was scanned at a door.
    pub checked_in: bool,
    /// What to show as a QR code at the door; none where the deployment has no key for it, and in exports.
    pub qr: Option<String>,
}

impl OwnTicket {
    /// A ticket with its QR code.
    pub fn with_qr(ticket: Ticket, keys: &TicketKeys) -> Self {
        let code =
            TicketQr::new(&ticket.conference, ticket.code.as_str(), ticket.ticket_type.as_str(), ticket.valid_until);
        let qr = code.and_then(|code| keys.sign(&code));
        Self { qr, ..ticket.into() }
    }
}

impl From<Ticket> for OwnTicket {
    fn from(ticket: Ticket) -> Self {
        Self {
            checked_in: ticket.checked_in.values().any(|list| list.entries > 0),
            conference: ticket.conference,
            code: ticket.code,
            name: ticket.name,
            email: ticket.email,
            ticket_type: ticket.ticket_type,
            state: ticket.state,
            approval: ticket.approval,
            blocked: ticket.blocked,
            valid_from: ticket.valid_from,
            valid_until: ticket.valid_until,
            claimed_at: ticket.claimed_at,
            qr: None,
        }
    }
}

/// A user's tickets of a conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnTickets {
    /// The user is in the conference's directory of attendees.
    pub listed: bool,
    /// The tickets.
    pub tickets: Vec<OwnTicket>,
}
