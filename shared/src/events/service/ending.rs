//! How a registration ends: the state that it goes to, and what its user is told. `None` is one that stays as it is, because it has
//! ended so before or is not to end.

use crate::events::error::EventError;
use crate::events::model::Event;
use crate::events::notices::Told;
use crate::events::registration::{Registration, RegistrationState};
use crate::time::Time;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) state: RegistrationState,
    pub(super) told: Option<Told>,
}

impl Ending {
    /// The user does not come, or does not want to wait any more. Whoever was there cannot say so.
    pub(super) fn by_user(known: &Registration) -> Result<Option<Self>, EventError> {
        if known.checked_in_at.is_some() {
            return Err(EventError::AlreadyCheckedIn);
        }
        Ok(known.state.is_live().then_some(Self { state: RegistrationState::Cancelled, told: None }))
    }

    /// The user does not want the seat that is offered.
    pub(super) fn of_offer(known: &Registration) -> Result<Option<Self>, EventError> {
        match known.state {
            RegistrationState::Offered => Ok(Some(Self { state: RegistrationState::Cancelled, told: None })),
            RegistrationState::Cancelled | RegistrationState::Expired => Ok(None),
            _ => Err(EventError::NoOffer),
        }
    }

    /// The host, or an admin, does not want the user. Whoever was let in at the door stays.
    pub(super) fn by_host(known: &Registration) -> Result<Option<Self>, EventError> {
        match known.state {
            RegistrationState::Declined => Ok(None),
            _ if known.checked_in_at.is_some() => Err(EventError::AlreadyCheckedIn),
            state if state.is_live() => {
                Ok(Some(Self { state: RegistrationState::Declined, told: Some(Told::Declined) }))
            }
            _ => Err(EventError::RegistrationStateConflict),
        }
    }

    /// An offer has lapsed. Of an event that takes no registrations any more nobody needs to be told so.
    pub(super) fn by_time(event: &Event, known: &Registration, now: Time) -> Option<Self> {
        let told = event.takes_registrations().then_some(Told::OfferLapsed);
        known.has_lapsed(now).then_some(Self { state: RegistrationState::Expired, told })
    }
}
