//! The events of the ticketing system. Each carries the tickets as they are after it, so that it can be used without those before.

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{Approval, AsOf, TicketCode, TicketState, TicketType};
use super::source::TicketData;
use crate::text::Line;
use crate::time::Time;
use crate::users::contact::EmailAddress;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub enum EventType {
    /// An order was placed, and is to be paid.
    #[serde(rename = "order.placed")]
    OrderPlaced,
    /// An order was paid for.
    #[serde(rename = "order.paid")]
    OrderPaid,
    /// Something about an order changed.
    #[serde(rename = "order.changed")]
    OrderChanged,
    /// An order was cancelled or refunded.
    #[serde(rename = "order.canceled")]
    OrderCanceled,
    /// A ticket was made.
    #[serde(rename = "ticket.created")]
    TicketCreated,
    /// Something about a ticket changed.
    #[serde(rename = "ticket.changed")]
    TicketChanged,
    /// A ticket was cancelled.
    #[serde(rename = "ticket.canceled")]
    TicketCanceled,
}

impl EventType {
    /// What it says of its tickets, whatever they say themselves.
    const fn state(self) -> Option<TicketState> {
        match self {
            Self::OrderPlaced => Some(TicketState::Unpaid),
            Self::OrderPaid => Some(TicketState::Paid),
            Self::OrderCanceled | Self::TicketCanceled => Some(TicketState::Cancelled),
            Self::OrderChanged | Self::TicketCreated | Self::TicketChanged => None,
        }
    }
}

/// A ticket as it is after an event. What is absent stays as it is; `null` says that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventTicket {
    /// Its code.
    pub code: TicketCode,
    /// The name on it.
    pub name: Line<200>,
    /// Its kind.
    pub ticket_type: TicketType,
    /// The address it was sent to.
    #[serde(default, with = "serde_with::rust::double_option")]
    pub email: Option<Option<EmailAddress>>,
    /// Whether it is paid for; what the event's type says of it goes first.
    pub state: Option<TicketState>,
    /// Whether its holder may come.
    pub approval: Option<Approval>,
    /// From when it is valid.
    #[serde(default, with = "serde_with::rust::double_option")]
    pub valid_from: Option<Option<Time>>,
    /// Until when.
    #[serde(default, with = "serde_with::rust::double_option")]
    pub valid_until: Option<Option<Time>>,
}

/// Tickets of one event: they change in one transaction.
pub const MAX_TICKETS: usize = 16;

/// Something that happened in the ticketing system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketEvent {
    /// Its id in the ticketing system: told again, it changes nothing.
    pub id: Line<100>,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// When it happened. Of two events about a ticket the later stands, and of two at one time that with the greater id.
    pub occurred_at: Time,
    /// The order that it happened to.
    pub order: Option<Line<100>>,
    /// The tickets that it happened to, each once.
    #[schema(min_items = 1, max_items = 16)]
    pub tickets: Vec<EventTicket>,
}

impl TicketEvent {
    pub fn as_of(&self) -> AsOf {
        AsOf { occurred_at: self.occurred_at, event: self.id.to_string() }
    }

    /// What it says of each ticket.
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
