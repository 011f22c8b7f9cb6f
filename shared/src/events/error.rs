//! The rules about events and registrations that can be broken, and how each is answered.

use thiserror::Error;

use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::page::InvalidCursor;
use crate::users::error::UserError;

/// A rule about events or registrations that was broken.
#[derive(Debug, Error)]
pub enum EventError {
    /// No such event, or none that the caller may see.
    #[error("There is no such event.")]
    NotFound,
    #[error("There is no such registration.")]
    NotRegistered,
    /// The event is known to the caller and not theirs.
    #[error("This is for the event's host and for admins.")]
    NotYours,
    /// Fields that do not go together: each with what is wrong.
    #[error("The event is not as documented.")]
    Flawed(Vec<(&'static str, &'static str)>),
    /// The slug is another event's. The service tries another one.
    #[error("There is an event of this slug.")]
    SlugTaken,
    #[error("The event is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// The event's state does not allow it.
    #[error("The event is {0}: this cannot be done any more.")]
    StateConflict(&'static str),
    /// More seats are taken than there would be.
    #[error("More seats are taken than there would be.")]
    CapacityBelowTaken,
    /// It takes no registrations: not approved, cancelled, or begun.
    #[error("The event takes no registrations.")]
    NotOpen,
    /// The registration's state does not allow it.
    #[error("The registration's state does not allow this.")]
    RegistrationStateConflict,
    /// The host has declined.
    #[error("The host has declined your registration.")]
    Declined,
    #[error("No seat is offered to you.")]
    NoOffer,
    /// The offer has lapsed.
    #[error("The offer has lapsed.")]
    OfferExpired,
    /// The user was seen at the door before.
    #[error("The user is checked in.")]
    AlreadyCheckedIn,
    /// The code is not one of ours for this event.
    #[error("The code is not of this event.")]
    CodeInvalid,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

/// The conference that an event names.
impl From<ConferenceError> for EventError {
    fn from(error: ConferenceError) -> Self {
        match error {
            ConferenceError::Dynamo(cause) => cause.into(),
            _ => Self::Flawed(vec![("conference", "is no conference")]),
        }
    }
}

impl From<EventError> for ApiError {
    fn from(error: EventError) -> Self {
        let message = error.to_string();
        let code = match error {
            EventError::Dynamo(cause) => return cause.into(),
            EventError::User(cause) => return cause.into(),
            EventError::Cursor(cause) => return cause.into(),
            EventError::Flawed(flaws) => {
                let error = Self::new(Code::InvalidBody, message);
                return flaws.into_iter().fold(error, |error, (field, flaw)| error.detail(field, flaw));
            }
            EventError::NotFound | EventError::NotRegistered => Code::NotFound,
            EventError::NotYours => Code::Forbidden,
            EventError::SlugTaken => Code::VersionConflict,
            EventError::PreconditionFailed => Code::PreconditionFailed,
            EventError::StateConflict(_) => Code::EventStateConflict,
            EventError::CapacityBelowTaken => Code::CapacityBelowTaken,
            EventError::NotOpen => Code::EventNotOpen,
            EventError::RegistrationStateConflict => Code::RegistrationStateConflict,
            EventError::Declined => Code::RegistrationDeclined,
            EventError::NoOffer => Code::NoOffer,
            EventError::OfferExpired => Code::OfferExpired,
            EventError::AlreadyCheckedIn => Code::AlreadyCheckedIn,
            EventError::CodeInvalid => Code::CheckinCodeInvalid,
        };
        Self::new(code, message)
    }
}
