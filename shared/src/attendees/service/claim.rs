//! Claims: a user claims a ticket by its code or by the address it was sent to. The write decides if two users claim it
//! at once.

use super::AttendeeService;
use crate::attendees::error::AttendeeError;
use crate::attendees::model::{Ticket, TicketCode};
use crate::attendees::repository::{Change, MAX_CHANGES};
use crate::attendees::view::{OwnTicket, OwnTickets};
use crate::dynamo::Contention;
use crate::id::UserId;
use crate::text::Slug;
use crate::time::Time;

impl AttendeeService {
    /// Claims the ticket of a code. A missing ticket and another user's ticket have the same answer, so that codes
    /// cannot be guessed.
    pub async fn claim(&self, user: UserId, conference: &Slug, code: &TicketCode) -> Result<OwnTicket, AttendeeError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let Some(before) = self.repository.by_code(conference, code).await? else {
                self.conferences.get(conference).await?;
                return Err(AttendeeError::NotClaimable);
            };
            match before.user_id {
                Some(holder) if holder == user => return Ok(OwnTicket::with_qr(before, &self.keys)),
                None if !before.reserved => {}
                _ => return Err(AttendeeError::NotClaimable),
            }
            let change = claimed(before, user, self.clock.now());
            match self.repository.save(std::slice::from_ref(&change)).await {
                Ok(()) => {
                    tracing::info!(conference = %conference, user.id = %user, "ticket.claimed");
                    return Ok(OwnTicket::with_qr(change.after, &self.keys));
                }
                Err(AttendeeError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Claims all free tickets that were sent to the user's verified address. Returns all of these that belong to the
    /// user.
    pub async fn claim_by_email(&self, user: UserId, conference: &Slug) -> Result<Vec<OwnTicket>, AttendeeError> {
        let profile = async { Ok::<_, AttendeeError>(self.users.get(user).await?) };
        let exists = async { Ok::<_, AttendeeError>(self.conferences.get(conference).await?) };
        let (profile, _) = tokio::try_join!(profile, exists)?;
        let email = profile.email.filter(|_| profile.email_verified).ok_or(AttendeeError::EmailNotVerified)?;
        let codes = self.repository.codes_of(conference, &email).await?;
        let mut contention = Contention::new(&self.random);
        loop {
            let found = self.repository.by_codes(conference, &codes).await?;
            let (mut mine, others): (Vec<Ticket>, Vec<Ticket>) =
                found.into_iter().partition(|ticket| ticket.user_id == Some(user));
            let now = self.clock.now();
            // The ticket's address may have changed since the list was read.
            let free = others.into_iter().filter(|it| it.user_id.is_none() && it.email.as_ref() == Some(&email));
            let changes: Vec<Change> = free.map(|ticket| claimed(ticket, user, now)).collect();
            match self.write_all(&changes).await {
                Ok(()) => {
                    mine.extend(changes.into_iter().map(|change| change.after));
                    mine.sort_by(|a, b| a.code.cmp(&b.code));
                    let tickets: Vec<_> = mine.into_iter().map(|it| OwnTicket::with_qr(it, &self.keys)).collect();
                    return if tickets.is_empty() { Err(AttendeeError::NotClaimable) } else { Ok(tickets) };
                }
                Err(AttendeeError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn write_all(&self, changes: &[Change]) -> Result<(), AttendeeError> {
        for some in changes.chunks(MAX_CHANGES) {
            self.repository.save(some).await?;
        }
        Ok(())
    }

    /// A user's tickets of a conference. The index may lag behind a claim by moments.
    pub async fn own(&self, user: UserId, conference: &Slug) -> Result<OwnTickets, AttendeeError> {
        let (tickets, attendee) =
            tokio::try_join!(self.repository.held(user, Some(conference)), self.repository.attendee(conference, user))?;
        if tickets.is_empty() && attendee.is_none() {
            self.conferences.get(conference).await?;
        }
        let tickets = tickets.into_iter().map(|ticket| OwnTicket::with_qr(ticket, &self.keys)).collect();
        Ok(OwnTickets { listed: attendee.is_some_and(|attendee| attendee.listed), tickets })
    }
}

fn claimed(before: Ticket, user: UserId, now: Time) -> Change {
    let mut after = before.clone();
    after.user_id = Some(user);
    after.claimed_at = Some(now);
    after.stamp(now);
    Change { before: Some(before), after }
}
