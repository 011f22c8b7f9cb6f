//! Claims: a user claims a ticket by its code or by the address it was sent to. The write decides if two users claim it
//! at once. A proved address outranks a code.

use super::AttendeeService;
use crate::attendees::error::AttendeeError;
use crate::attendees::messages::of_released;
use crate::attendees::model::{Ticket, TicketCode};
use crate::attendees::release::{Cause, Released};
use crate::attendees::repository::{Change, MAX_CHANGES};
use crate::attendees::view::{OwnTicket, OwnTickets};
use crate::dynamo::Contention;
use crate::id::UserId;
use crate::text::Slug;
use crate::time::Time;

/// Wrong codes of an account in ten minutes. Further ones are answered 429.
const OF_ACCOUNT: u64 = 5;
/// The same of a network, which may be a whole venue's.
const OF_NETWORK: u64 = 60;
/// So many wrong codes of a conference in ten minutes raise an alarm, and so many more again.
const ALARM: u64 = 100;

impl AttendeeService {
    /// Claims the ticket of a code. A missing ticket, another user's ticket and one whose address another user has
    /// proved have the same answer, so that codes cannot be guessed. Only wrong codes are counted and slowed.
    pub async fn claim(
        &self,
        user: UserId,
        conference: &Slug,
        code: &TicketCode,
        network: Option<&str>,
    ) -> Result<OwnTicket, AttendeeError> {
        match self.claim_by_code(user, conference, code).await {
            Err(AttendeeError::NotClaimable) => Err(self.wrong_code(user, conference, network).await?),
            claimed => claimed,
        }
    }

    async fn claim_by_code(
        &self,
        user: UserId,
        conference: &Slug,
        code: &TicketCode,
    ) -> Result<OwnTicket, AttendeeError> {
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
            match self.repository.save_claims(std::slice::from_ref(&change), user, None).await {
                Ok(()) => {
                    tracing::info!(conference = %conference, user.id = %user, "ticket.claimed");
                    return Ok(OwnTicket::with_qr(change.after, &self.keys));
                }
                Err(AttendeeError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Counts a wrong code, and says how it is answered. The conference's count refuses nobody.
    async fn wrong_code(
        &self,
        user: UserId,
        conference: &Slug,
        network: Option<&str>,
    ) -> Result<AttendeeError, AttendeeError> {
        let wrong = self.wrong.count(conference, user, network, self.clock.now()).await?;
        if wrong.conference > 0 && wrong.conference.is_multiple_of(ALARM) {
            tracing::warn!(conference = %conference, count = wrong.conference, "attendees.claims_failed");
        }
        let slowed = wrong.account > OF_ACCOUNT || wrong.network > OF_NETWORK;
        Ok(if slowed { AttendeeError::TooManyWrong(wrong.left) } else { AttendeeError::NotClaimable })
    }

    /// Claims all tickets that were sent to the user's verified address, also those that others claimed by code.
    /// Returns all of these that belong to the user.
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
            let sent = others.into_iter().filter(|ticket| ticket.email.as_ref() == Some(&email));
            let changes: Vec<Change> = sent.map(|ticket| claimed(ticket, user, now)).collect();
            match self.write_all(&changes, user, now).await {
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

    /// Stores claims by address, and tells those who lose theirs.
    async fn write_all(&self, changes: &[Change], user: UserId, now: Time) -> Result<(), AttendeeError> {
        for some in changes.chunks(MAX_CHANGES) {
            let lost = some.iter().filter_map(|Change { before, after }| {
                let holder = before.as_ref().and_then(|before| before.user_id)?;
                Some(Released::new(after, Cause::ProvedAddress, holder, Some(user)))
            });
            let message = of_released(&lost.collect::<Vec<_>>(), now, &self.random)?;
            self.repository.save_claims(some, user, message.as_ref()).await?;
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
