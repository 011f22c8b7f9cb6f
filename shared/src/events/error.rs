//! The rules about events and registrations that can be broken, and how each is answered.

use thiserror::Error;

use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::page::InvalidCursor;
use crate::users::error::UserError;

codes! {
    /// The side event is approved, cancelled or over, so this is no longer possible.
    EVENT_STATE_CONFLICT => CONFLICT,
    /// The side event is not approved, it is cancelled, or it has started.
    EVENT_NOT_OPEN => CONFLICT,
    /// More seats of the side event are taken than the new `capacity`.
    CAPACITY_BELOW_TAKEN => CONFLICT,
    /// The state of the registration does not allow this: read it for its `state`.
    REGISTRATION_STATE_CONFLICT => CONFLICT,
    /// The host of the side event declined the user.
    REGISTRATION_DECLINED => CONFLICT,
    /// No seat is offered to the user: read the registration for its `state`.
    NO_OFFER => CONFLICT,
    /// The offer of a seat has expired: register again to join the waitlist.
    OFFER_EXPIRED => CONFLICT,
    /// The user has already arrived at the side event.
    ALREADY_CHECKED_IN => CONFLICT,
    /// The check-in code is of another side event, or its signature is wrong.
    CHECKIN_CODE_INVALID => UNPROCESSABLE_ENTITY,
}

/// A rule about events or registrations that was broken.
#[derive(Debug, Error)]
pub enum EventError {
    /// No such event, or none that the caller may see.
    #[error("There is no such event, or you may not see it. Check the id.")]
    NotFound,
    #[error("The user is not registered for this event. Register first.")]
    NotRegistered,
    /// The caller sees the event and is neither host nor admin.
    #[error("Only the host of the event and admins may do this.")]
    NotYours,
    /// Fields that are wrong together: each field with a message.
    #[error("The event is invalid. `details` says what to correct.")]
    Flawed(Vec<(&'static str, &'static str)>),
    /// The slug belongs to another event. The service tries another one.
    #[error("Another event was created with this slug. Send the request again.")]
    SlugTaken,
    #[error("The event has changed since you read it. Read it again and send its new `ETag` in `If-Match`.")]
    PreconditionFailed,
    #[error("The event is {0}, so this is no longer possible.")]
    StateConflict(&'static str),
    #[error("More seats are taken than the new `capacity`. Choose a larger one.")]
    CapacityBelowTaken,
    /// The event is not approved, cancelled, or has started.
    #[error("The event is not open for this: it is not approved, it is cancelled, or it has started.")]
    NotOpen,
    #[error("The state of the registration does not allow this. Read the registration for its `state`.")]
    RegistrationStateConflict,
    #[error("The host declined your registration. Only the host can change this.")]
    Declined,
    #[error("No seat is offered to you. Read your registration for its `state`.")]
    NoOffer,
    #[error("The offer of a seat has expired. Register again to join the waitlist.")]
    OfferExpired,
    #[error("The user has already arrived at the event.")]
    AlreadyCheckedIn,
    /// The code is of another event, or its signature is wrong.
    #[error("The code is not valid for this event. Ask the guest to open the code of this event.")]
    CodeInvalid,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

/// An event may name a conference.
impl From<ConferenceError> for EventError {
    fn from(error: ConferenceError) -> Self {
        match error {
            ConferenceError::Dynamo(cause) => cause.into(),
            _ => Self::Flawed(vec![("conference", "must be the slug of a conference")]),
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
                let error = Self::new(Code::INVALID_BODY, message);
                return flaws.into_iter().fold(error, |error, (field, flaw)| error.detail(field, flaw));
            }
            EventError::NotFound | EventError::NotRegistered => Code::NOT_FOUND,
            EventError::NotYours => Code::FORBIDDEN,
            EventError::SlugTaken => Code::VERSION_CONFLICT,
            EventError::PreconditionFailed => Code::PRECONDITION_FAILED,
            EventError::StateConflict(_) => Code::EVENT_STATE_CONFLICT,
            EventError::CapacityBelowTaken => Code::CAPACITY_BELOW_TAKEN,
            EventError::NotOpen => Code::EVENT_NOT_OPEN,
            EventError::RegistrationStateConflict => Code::REGISTRATION_STATE_CONFLICT,
            EventError::Declined => Code::REGISTRATION_DECLINED,
            EventError::NoOffer => Code::NO_OFFER,
            EventError::OfferExpired => Code::OFFER_EXPIRED,
            EventError::AlreadyCheckedIn => Code::ALREADY_CHECKED_IN,
            EventError::CodeInvalid => Code::CHECKIN_CODE_INVALID,
        };
        Self::new(code, message)
    }
}
