//! A user's tickets in an export, and what an erasure leaves of them.
//!
//! A ticket is the organisers' record of a sale. Its name and address come from the ticketing system, not from the
//! user's profile, and would return with the next ticketing event. So an erasure removes the claim of each ticket, and
//! leaves nothing that names the user.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::service::AttendeeService;
use crate::attendees::error::AttendeeError;
use crate::attendees::model::{Attendee, Ticket};
use crate::attendees::repository::{Change, MAX_CHANGES};
use crate::attendees::view::OwnTicket;
use crate::dynamo::Contention;
use crate::error::ApiError;
use crate::id::UserId;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};
use crate::time::Time;

/// Tickets and attendances of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendeeExport {
    /// Tickets that the user claimed.
    pub tickets: Vec<OwnTicket>,
    /// Conferences that the user is or was an attendee of.
    pub attendances: Vec<Attendee>,
}

impl PersonalData for AttendeeService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move {
            let user = subject.user_id;
            let (tickets, attendances) =
                tokio::try_join!(self.repository.held(user, None), self.repository.attendances(user))?;
            section(&AttendeeExport { tickets: tickets.into_iter().map(OwnTicket::from).collect(), attendances })
        })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { Ok(self.forget(subject.user_id).await?) })
    }
}

impl AttendeeService {
    /// Leaves nothing that names the user.
    async fn forget(&self, user: UserId) -> Result<(), AttendeeError> {
        let mut contention = Contention::new(&self.random);
        loop {
            match self.give_back(user).await {
                Ok(()) => break,
                Err(AttendeeError::VersionConflict) if contention.wait().await => {}
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
                // The index may lag behind, so the tickets themselves decide.
                let mut there = self.repository.by_codes(&conference, &codes(some)).await?;
                there.retain(|ticket| ticket.user_id == Some(user));
                let now = self.clock.now();
                let changes: Vec<Change> = there.into_iter().map(|ticket| unclaimed(ticket, now)).collect();
                self.repository.save(&changes, None, None).await?;
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
