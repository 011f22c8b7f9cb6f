//! Claims that end because the ticket is another person's.

use super::model::{Ticket, TicketCode, TicketType};
use crate::id::UserId;
use crate::text::Slug;
use crate::users::contact::EmailAddress;

/// Why a claim ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The ticket has another person's address.
    OtherAddress,
    /// The user who proved the ticket's address claimed it.
    ProvedAddress,
}

/// A claim that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    pub conference: Slug,
    pub code: TicketCode,
    pub ticket_type: TicketType,
    pub cause: Cause,
    /// The user whose claim ended.
    pub from: UserId,
    /// The user who proved the ticket's address, if there is one.
    pub to: Option<UserId>,
}

impl Released {
    /// The end of the claim that `from` had.
    pub fn new(ticket: &Ticket, cause: Cause, from: UserId, to: Option<UserId>) -> Self {
        let (conference, code) = (ticket.conference.clone(), ticket.code.clone());
        Self { conference, code, ticket_type: ticket.ticket_type.clone(), cause, from, to }
    }
}

/// The address of a claimed ticket that may be another person's after a change, with the holder.
pub fn doubtful<'a>(before: Option<&Ticket>, after: &'a Ticket) -> Option<(&'a EmailAddress, UserId)> {
    let (before, new) = (before?, after.email.as_ref()?);
    let same = before.email.as_ref().is_some_and(|old| old.is_same_person(new));
    after.user_id.filter(|_| !same).map(|holder| (new, holder))
}

/// Takes a ticket from its holder, who knows the code.
pub fn release(ticket: &mut Ticket) {
    (ticket.user_id, ticket.claimed_at, ticket.reserved) = (None, None, true);
}
