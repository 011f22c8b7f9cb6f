//! What a host does with registrations: approves, declines, and checks in at the door.

use super::registrar::{Decision, Registrar, take_or_queue};
use crate::events::error::EventError;
use crate::events::model::Event;
use crate::events::notices::Told;
use crate::events::registration::{Registration, RegistrationState};
use crate::events::repository::Guard;
use crate::id::{EventId, UserId};

impl Registrar {
    /// Approves a registration that waits for the host's word, or was declined: there is a seat, or a place in the waitlist.
    pub async fn approve(&self, id: EventId, user: UserId) -> Result<Registration, EventError> {
        self.settle(async |_| {
            let (read, seats) = tokio::try_join!(self.read(id, user), async { Ok(self.repository.seats(id).await?) })?;
            let (event, seats) = (read.0, seats.ok_or(EventError::NotFound)?);
            let known = read.1.ok_or(EventError::NotRegistered)?;
            match known.state {
                RegistrationState::Approved | RegistrationState::Waitlisted | RegistrationState::Offered => {
                    return Ok(Decision::Stays(known));
                }
                RegistrationState::PendingApproval | RegistrationState::Declined => {}
                RegistrationState::Cancelled | RegistrationState::Expired => {
                    return Err(EventError::RegistrationStateConflict);
                }
            }
            let now = self.clock.now();
            if !event.is_open(now) {
                return Err(EventError::NotOpen);
            }
            let mut after = known.moved_to(RegistrationState::Approved, now);
            let guard = take_or_queue(&seats, &mut after);
            let has_seat = after.state == RegistrationState::Approved;
            let told = if has_seat { Told::Approved } else { Told::ApprovedToWait };
            self.becomes(&event, Some(known), after, guard, Some(told), Vec::new())
        })
        .await
    }

    /// Declines a registration, whatever it has come to; who is at the event already is not sent away by it.
    pub async fn decline(&self, id: EventId, user: UserId) -> Result<Registration, EventError> {
        self.settle(async |_| {
            let (event, known) = self.read(id, user).await?;
            let known = known.ok_or(EventError::NotRegistered)?;
            match known.state {
                RegistrationState::Declined => Ok(Decision::Stays(known)),
                _ if known.checked_in_at.is_some() => Err(EventError::AlreadyCheckedIn),
                state if state.is_live() => {
                    self.leave(&event, known, RegistrationState::Declined, Some(Told::Declined)).await
                }
                _ => Err(EventError::RegistrationStateConflict),
            }
        })
        .await
    }

    /// Notes that somebody with a seat is there, once.
    pub(super) async fn check_in(&self, event: &Event, user: UserId, by: UserId) -> Result<Registration, EventError> {
        self.settle(async |_| {
            let known = self.repository.registration(event.id, user).await?.ok_or(EventError::NotRegistered)?;
            if known.checked_in_at.is_some() {
                return Err(EventError::AlreadyCheckedIn);
            }
            if known.state != RegistrationState::Approved {
                return Err(EventError::RegistrationStateConflict);
            }
            let now = self.clock.now();
            let mut after = known.moved_to(RegistrationState::Approved, now);
            (after.checked_in_at, after.checked_in_by) = (Some(now), Some(by));
            self.becomes(event, Some(known), after, Guard::Nothing, None, Vec::new())
        })
        .await
    }
}
