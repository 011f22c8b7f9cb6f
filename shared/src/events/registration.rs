//! A registration: one user's part in one event.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{EventId, UserId};
use crate::time::Time;

/// Time for which an offered seat is held, in seconds: 2 hours, at most until the event starts.
pub const OFFER: i64 = 2 * 3600;

/// State of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SideEventRegistrationState)]
pub enum RegistrationState {
    /// The user has a seat.
    Approved,
    /// The host has not decided yet.
    PendingApproval,
    /// The user is on the waitlist.
    Waitlisted,
    /// A seat is held for the user, who can accept it before the offer expires.
    Offered,
    /// The host declined the user.
    Declined,
    /// The user cancelled, or declined an offer.
    Cancelled,
    /// The offer expired before the user accepted it.
    Expired,
}

impl RegistrationState {
    /// Whether the user has a seat, or may still get one.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Approved | Self::PendingApproval | Self::Waitlisted | Self::Offered)
    }

    /// Whether it takes a seat.
    pub const fn holds_seat(self) -> bool {
        matches!(self, Self::Approved | Self::Offered)
    }
}

/// One user's part in one event: one item, versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub event_id: EventId,
    pub user_id: UserId,
    pub state: RegistrationState,
    /// The number drawn when joining the waitlist, while waiting.
    pub place: Option<u64>,
    /// Until when the seat is held, while offered.
    pub offer_expires_at: Option<Time>,
    pub registered_at: Time,
    /// Time of the first registration, if the user registered again. The place in the host's list is that of the first,
    /// so it does not change while the list is read.
    #[serde(default)]
    pub first_registered_at: Option<Time>,
    pub updated_at: Time,
    /// Time of arrival.
    pub checked_in_at: Option<Time>,
    pub checked_in_by: Option<UserId>,
    /// One more with each change, also when a user registers again.
    pub version: u64,
}

impl Registration {
    /// Time at which the user first registered.
    pub fn first_registered_at(&self) -> Time {
        self.first_registered_at.unwrap_or(self.registered_at)
    }

    /// A registration that is made now, in place of one that has ended.
    pub fn new(event_id: EventId, user_id: UserId, before: Option<&Self>, state: RegistrationState, now: Time) -> Self {
        Self {
            event_id,
            user_id,
            state,
            place: None,
            offer_expires_at: None,
            registered_at: now,
            first_registered_at: before.map(Self::first_registered_at),
            updated_at: now,
            checked_in_at: None,
            checked_in_by: None,
            version: before.map_or(0, |before| before.version) + 1,
        }
    }

    #[must_use]
    pub fn moved_to(&self, state: RegistrationState, now: Time) -> Self {
        let (version, updated_at) = (self.version + 1, now);
        Self { state, place: None, offer_expires_at: None, updated_at, version, ..self.clone() }
    }

    /// Whether an offer has expired by `now`.
    pub fn has_lapsed(&self, now: Time) -> bool {
        self.state == RegistrationState::Offered && self.offer_expires_at.is_none_or(|end| end <= now)
    }
}

/// Until when a seat that is offered now is held.
pub fn offer_end(now: Time, event_starts_at: Time) -> Time {
    now.plus_seconds(OFFER).min(event_starts_at)
}

/// A place in the waitlist, from which the first is offered the next seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub event_id: EventId,
    /// The number: lower ones came before.
    pub number: u64,
    pub user_id: UserId,
}
