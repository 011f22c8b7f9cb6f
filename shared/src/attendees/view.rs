//! Tickets as the API shows them to their holders.

#![warn(missing_docs)]

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Approval, Ticket, TicketCode, TicketState, TicketType};
use super::qr::{TicketKeys, TicketQr};
use crate::text::{Line, Slug};
use crate::time::Time;
use crate::users::contact::EmailAddress;

/// Ticket as the ticket holder sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnTicket {
    /// Slug of the conference.
    pub conference: Slug,
    /// Ticket code.
    pub code: TicketCode,
    /// Name on the ticket.
    pub name: Line<200>,
    /// Email address that the ticket was sent to.
    pub email: Option<EmailAddress>,
    /// Ticket type.
    pub ticket_type: TicketType,
    /// Whether the ticket is paid, unpaid or cancelled.
    pub state: TicketState,
    /// Whether organisers let the ticket holder come.
    pub approval: Approval,
    /// Whether organisers blocked the ticket. A blocked ticket is refused at every entrance.
    pub blocked: bool,
    /// Start of validity. `null`: always valid before `valid_until`.
    pub valid_from: Option<Time>,
    /// End of validity, not included. `null`: no end.
    pub valid_until: Option<Time>,
    /// Time of the claim.
    pub claimed_at: Option<Time>,
    /// Whether the ticket has entered at a check-in list.
    pub checked_in: bool,
    /// Text to show as a QR code at an entrance. `null` in exports, and if the deployment has no key for it.
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

/// Tickets of a user for a conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnTickets {
    /// Whether the user is in the attendee directory of the conference.
    pub listed: bool,
    /// Tickets that the user claimed.
    pub tickets: Vec<OwnTicket>,
}
