//! The door of an event: codes that its guests show, and their check-in.

use super::{Actor, EventService};
use crate::events::error::EventError;
use crate::events::registration::{Registration, RegistrationState};
use crate::events::view::Guest;
use crate::id::{EventId, UserId};

impl EventService {
    /// The code that a user with a seat shows at the door.
    pub async fn checkin_code(&self, id: EventId, user: UserId) -> Result<String, EventError> {
        let known = self.repository.registration(id, user).await?.ok_or(EventError::NotRegistered)?;
        if known.state != RegistrationState::Approved {
            return Err(EventError::RegistrationStateConflict);
        }
        Ok(self.codes.write(id, user))
    }

    /// Checks in whoever shows the code, once. `by` is the host or, with `is_staff`, anybody of the staff.
    pub async fn check_in(&self, id: EventId, code: &str, by: UserId, is_staff: bool) -> Result<Guest, EventError> {
        let event = self.owned(id, &Actor { user: Some(by), admin: is_staff }).await?;
        if !event.takes_registrations() {
            return Err(EventError::NotOpen);
        }
        let user = self.codes.read(id, code).ok_or(EventError::CodeInvalid)?;
        let registration: Registration = self.registrar.check_in(&event, user, by).await?;
        let user = self.users.get_all(&[user]).await?.pop();
        Ok(Guest::new(registration, user))
    }

    /// Approves a user's registration.
    pub async fn approve_guest(&self, id: EventId, user: UserId, actor: &Actor) -> Result<Registration, EventError> {
        self.owned(id, actor).await?;
        self.registrar.approve(id, user).await
    }

    /// Declines a user's registration.
    pub async fn decline_guest(&self, id: EventId, user: UserId, actor: &Actor) -> Result<Registration, EventError> {
        self.owned(id, actor).await?;
        self.registrar.decline(id, user).await
    }
}
