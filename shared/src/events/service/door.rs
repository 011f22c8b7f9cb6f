//! Arrival at an event: codes that guests show, and their check-in.

use super::{Caller, EventService, RegistrationCommand};
use crate::events::code::CheckinCodes;
use crate::events::error::EventError;
use crate::events::registration::RegistrationState;
use crate::events::view::Guest;
use crate::id::{EventId, UserId};

impl EventService {
    /// The code that a user with a seat shows on arrival.
    pub async fn checkin_code(&self, id: EventId, user: UserId, codes: &CheckinCodes) -> Result<String, EventError> {
        let known = self.repository.registration(id, user).await?.ok_or(EventError::NotRegistered)?;
        if known.state != RegistrationState::Approved {
            return Err(EventError::RegistrationStateConflict);
        }
        Ok(codes.write(id, user))
    }

    /// Checks in the user of a code, once. `by` is the host or staff.
    pub async fn check_in(
        &self,
        by: &Caller,
        id: EventId,
        code: &str,
        codes: &CheckinCodes,
    ) -> Result<Guest, EventError> {
        let Some(user) = codes.read(id, code) else {
            // An event that the caller may not see is not found, whatever the code.
            self.owned(id, &by.access).await?;
            return Err(EventError::CodeInvalid);
        };
        let registration = self.registrar.apply(RegistrationCommand::CheckIn(by), id, user).await?.registration;
        let found = self.users.get_all(&[user]).await?;
        let mut seen = self.users.seen_by(&by.access.viewer(), found).await?;
        Ok(Guest::new(registration, seen.pop()))
    }
}
