//! A user's tickets in an export, and what an erasure leaves of them.
//!
//! A ticket is the organisers' record of a sale: its name and address come from the ticketing system, not from the user's profile, and
//! would come again with its next event. So an erasure gives tickets back unclaimed, and leaves nothing that names the user.

use super::{AttendeeService, SAVE_TRIES};
use crate::attendees::error::AttendeeError;
use crate::attendees::model::{Attendee, Ticket};
use crate::attendees::repository::{Change, MAX_CHANGES, TicketRepository};
use crate::attendees::view::OwnTicket;
use crate::dynamo;
use crate::id::UserId;
use crate::time::{Clock, Time};

impl AttendeeService {
    /// Everything that is kept of a user here: the tickets, and where the user is an attendee.
    pub async fn everything(&self, user: UserId) -> Result<(Vec<OwnTicket>, Vec<Attendee>), dynamo::Error> {
        let (tickets, attendances) =
            tokio::try_join!(self.repository.held(user, None), self.repository.attendances(user))?;
        Ok((tickets.into_iter().map(OwnTicket::from).collect(), attendances))
    }
}

/// Gives a user's tickets back.
#[derive(Clone, Debug)]
pub struct AttendeeEraser {
    repository: TicketRepository,
    clock: Clock,
}

impl AttendeeEraser {
    /// Of this repository.
    pub fn new(repository: TicketRepository, clock: Clock) -> Self {
        Self { repository, clock }
    }

    /// Leaves nothing that names the user.
    pub async fn erase(&self, user: UserId) -> Result<(), AttendeeError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.give_back(user).await {
                Ok(()) => break,
                Err(AttendeeError::VersionConflict) if tries < SAVE_TRIES => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.repository.forget(&self.repository.attendances(user).await?).await?)
    }

    async fn give_back(&self, user: UserId) -> Result<(), AttendeeError> {
        let held = self.repository.held(user, None).await?;
        let codes = |tickets: &[Ticket]| tickets.iter().map(|ticket| ticket.code.clone()).collect::<Vec<_>>();
        for tickets in held.chunk_by(|a, b| a.conference == b.conference) {
            let Some(conference) = tickets.first().map(|ticket| ticket.conference.clone()) else { continue };
            for some in tickets.chunks(MAX_CHANGES) {
                // The index may lag behind: the tickets themselves say whose they are.
                let mut there = self.repository.by_codes(&conference, &codes(some)).await?;
                there.retain(|ticket| ticket.user_id == Some(user));
                let now = self.clock.now();
                let changes: Vec<Change> = there.into_iter().map(|ticket| unclaimed(ticket, now)).collect();
                self.repository.save(&changes).await?;
            }
        }
        Ok(())
    }
}

fn unclaimed(before: Ticket, now: Time) -> Change {
    let mut after = before.clone();
    after.user_id = None;
    after.claimed_at = None;
    after.stamp(now);
    Change { before: Some(before), after }
}
