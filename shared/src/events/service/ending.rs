//! How a registration ends: its new state, and the notification of its user. `None`: the registration stays as it is.

use crate::events::error::EventError;
use crate::events::messages::RegistrationNotice;
use crate::events::model::Event;
use crate::events::registration::{Registration, RegistrationState};
use crate::time::Time;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) state: RegistrationState,
    pub(super) notice: Option<RegistrationNotice>,
}

impl Ending {
    /// The user cancels. A user who has arrived cannot.
    pub(super) fn by_user(known: &Registration) -> Result<Option<Self>, EventError> {
        if known.checked_in_at.is_some() {
            return Err(EventError::AlreadyCheckedIn);
        }
        Ok(known.state.is_live().then_some(Self { state: RegistrationState::Cancelled, notice: None }))
    }

    /// The user declines the offered seat.
    pub(super) fn of_offer(known: &Registration) -> Result<Option<Self>, EventError> {
        match known.state {
            RegistrationState::Offered => Ok(Some(Self { state: RegistrationState::Cancelled, notice: None })),
            RegistrationState::Cancelled | RegistrationState::Expired => Ok(None),
            _ => Err(EventError::NoOffer),
        }
    }

    /// The host, or an admin, declines the user. A user who has arrived stays.
    pub(super) fn by_host(known: &Registration) -> Result<Option<Self>, EventError> {
        match known.state {
            RegistrationState::Declined => Ok(None),
            _ if known.checked_in_at.is_some() => Err(EventError::AlreadyCheckedIn),
            state if state.is_live() => {
                Ok(Some(Self { state: RegistrationState::Declined, notice: Some(RegistrationNotice::Declined) }))
            }
            _ => Err(EventError::RegistrationStateConflict),
        }
    }

    /// An offer has expired. If the event no longer takes registrations, the user needs no notification.
    pub(super) fn by_time(event: &Event, known: &Registration, now: Time) -> Option<Self> {
        let notice = event.takes_registrations().then_some(RegistrationNotice::OfferLapsed);
        known.has_lapsed(now).then_some(Self { state: RegistrationState::Expired, notice })
    }
}
