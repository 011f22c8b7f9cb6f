//! Ticketing events. Each has the tickets as they are after it, so it can be applied without the events before.

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{Approval, AsOf, TicketCode, TicketState, TicketType};
use super::source::TicketData;
use crate::text::{Line, from_elsewhere};
use crate::time::Time;
use crate::users::contact::EmailAddress;

/// Type of a ticketing event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = TicketEventType)]
pub enum EventType {
    /// An order was placed and is unpaid.
    #[serde(rename = "order.placed")]
    OrderPlaced,
    /// An order was paid for.
    #[serde(rename = "order.paid")]
    OrderPaid,
    /// An order changed.
    #[serde(rename = "order.changed")]
    OrderChanged,
    /// An order was cancelled or refunded.
    #[serde(rename = "order.cancelled")]
    OrderCancelled,
    /// The same, in the spelling of some ticketing systems.
    #[serde(rename = "order.canceled")]
    OrderCanceled,
    /// A ticket was created.
    #[serde(rename = "ticket.created")]
    TicketCreated,
    /// A ticket changed.
    #[serde(rename = "ticket.changed")]
    TicketChanged,
    /// A ticket was cancelled.
    #[serde(rename = "ticket.cancelled")]
    TicketCancelled,
    /// The same, in the spelling of some ticketing systems.
    #[serde(rename = "ticket.canceled")]
    TicketCanceled,
}

impl EventType {
    /// The state of its tickets, which comes before the tickets' own.
    const fn state(self) -> Option<TicketState> {
        match self {
            Self::OrderPlaced => Some(TicketState::Unpaid),
            Self::OrderPaid => Some(TicketState::Paid),
            Self::OrderCancelled | Self::OrderCanceled | Self::TicketCancelled | Self::TicketCanceled => {
                Some(TicketState::Cancelled)
            }
            Self::OrderChanged | Self::TicketCreated | Self::TicketChanged => None,
        }
    }
}

/// Ticket after a ticketing event. An absent field stays, `null` clears it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketEventTicket)]
pub struct EventTicket {
    /// Ticket code.
    pub code: TicketCode,
    /// Name on the ticket.
    #[serde(deserialize_with = "from_elsewhere")]
    pub name: Line<200>,
    /// Ticket type.
    #[serde(deserialize_with = "from_elsewhere")]
    pub ticket_type: TicketType,
    /// Email address that the ticket was sent to.
    #[serde(default, with = "serde_with::rust::double_option")]
    pub email: Option<Option<EmailAddress>>,
    /// State of the ticket. The type of the event takes precedence.
    pub state: Option<TicketState>,
    /// Whether organisers let the ticket holder come.
    pub approval: Option<Approval>,
    /// Start of validity.
    #[serde(default, with = "serde_with::rust::double_option")]
    pub valid_from: Option<Option<Time>>,
    /// End of validity, not included.
    #[serde(default, with = "serde_with::rust::double_option")]
    pub valid_until: Option<Option<Time>>,
}

/// Most tickets of an event. They change in one transaction.
pub const MAX_TICKETS: usize = 16;

/// Ticketing event: a change of an order or of tickets in the ticketing system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "evt-4711",
    "type": "order.paid",
    "occurred_at": "2026-11-20T08:15:00Z",
    "order": "A7XQ2",
    "tickets": [{
        "code": "k7xq2mv9tz4w", "name": "Asha Rao", "ticket_type": "Standard", "email": "asha@example.org",
    }],
}))]
pub struct TicketEvent {
    /// Id of the event in the ticketing system. An event that is sent again changes nothing.
    pub id: Line<100>,
    /// Type of the event.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Time of the event, at most 5 minutes ahead. Of two events about a ticket, the later one counts; at one time, the
    /// one with the greater id.
    pub occurred_at: Time,
    /// Order of the tickets.
    pub order: Option<Line<100>>,
    /// Tickets that the event changes, each once, at most 16.
    #[schema(min_items = 1, max_items = 16)]
    pub tickets: Vec<EventTicket>,
}

impl TicketEvent {
    pub fn as_of(&self) -> AsOf {
        AsOf { occurred_at: self.occurred_at, event: self.id.to_string() }
    }

    /// The data of each ticket.
    pub fn data(self) -> Vec<TicketData> {
        let (state, order) = (self.event_type.state(), self.order);
        let data = |ticket: EventTicket| TicketData {
            code: ticket.code,
            name: ticket.name,
            ticket_type: ticket.ticket_type,
            email: ticket.email,
            state: state.or(ticket.state),
            approval: ticket.approval,
            valid_from: ticket.valid_from,
            valid_until: ticket.valid_until,
            order: order.clone().map(Some),
        };
        self.tickets.into_iter().map(data).collect()
    }
}
