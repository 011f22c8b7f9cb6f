//! A registration: one user's part in one event.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{EventId, UserId};
use crate::time::Time;

/// An offered seat is held for so long, in seconds: 2 hours, though not past the event's start.
pub const OFFER: i64 = 2 * 3600;

/// How a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    /// The user has a seat.
    Approved,
    /// The host has to decide.
    PendingApproval,
    /// The user waits for a seat.
    Waitlisted,
    /// A seat is held for the user, to be accepted in time.
    Offered,
    /// The host does not want the user.
    Declined,
    /// The user does not come.
    Cancelled,
    /// The user did not accept in time.
    Expired,
}

impl RegistrationState {
    /// Whether the user takes part, or may yet.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Approved | Self::PendingApproval | Self::Waitlisted | Self::Offered)
    }

    /// Whether a seat is taken by it.
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
    pub updated_at: Time,
    /// When the user was seen at the door.
    pub checked_in_at: Option<Time>,
    pub checked_in_by: Option<UserId>,
    /// Rises by one with each change, also from one registration of the user to the next.
    pub version: u64,
}

impl Registration {
    /// A registration that is made now, in place of one that has ended.
    pub fn new(event_id: EventId, user_id: UserId, before: Option<&Self>, state: RegistrationState, now: Time) -> Self {
        Self {
            event_id,
            user_id,
            state,
            place: None,
            offer_expires_at: None,
            registered_at: now,
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

    /// Whether an offer has lapsed by `now`.
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
