//! What of events and registrations is shown, and to whom.

#![warn(missing_docs)]

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Approval, Details, Event, Status};
use super::registration::{Registration, RegistrationState};
use super::seats::Seats;
use crate::id::{EventId, UserId};
use crate::text::{Slug, Text};
use crate::time::Time;
use crate::users::model::User;

/// A side event.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    /// Its id.
    pub id: EventId,
    /// Its name in addresses.
    pub slug: Slug,
    /// What its host says of it.
    #[serde(flatten)]
    pub details: Details,
    /// The day on which it begins, by the clocks of `timezone`.
    #[schema(value_type = String, format = Date, examples("2026-12-01"))]
    pub date: jiff::civil::Date,
    /// How it stands.
    pub status: Status,
    /// What organisers decided.
    pub approval_status: Approval,
    /// Why; for its host and admins.
    pub decision_reason: Option<Text<500>>,
    /// Who hosts it.
    pub host_id: UserId,
    /// Users who have a seat.
    pub current_attendees: i64,
    /// Users who wait for one.
    pub waitlist_count: i64,
    /// Seats that nobody has and that are held for nobody; null is no limit.
    pub seats_left: Option<i64>,
    /// The caller's own registration, if there is one and the caller is known.
    pub registration: Option<RegistrationView>,
    /// Rises by one with each change of what the host says and organisers decide.
    pub version: u64,
    /// When it was written.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

impl EventView {
    /// An event at a time; `is_theirs` says whether the caller is its host or an admin.
    pub fn new(event: Event, seats: &Seats, own: Option<Registration>, is_theirs: bool, now: Time) -> Self {
        Self {
            date: event.details.timezone.at(event.details.starts_at).date(),
            status: event.status(now),
            decision_reason: event.decision_reason.filter(|_| is_theirs),
            current_attendees: seats.tally.taken - seats.tally.offered,
            waitlist_count: seats.tally.waiting,
            seats_left: seats.free(),
            registration: own.map(RegistrationView::from),
            id: event.id,
            slug: event.slug,
            details: event.details,
            approval_status: event.approval_status,
            host_id: event.host_id,
            version: event.version,
            created_at: event.created_at,
            updated_at: event.updated_at,
        }
    }
}

/// A registration, as the registered user sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Registration)]
pub struct RegistrationView {
    /// For which event.
    pub event_id: EventId,
    /// Who.
    pub user_id: UserId,
    /// How it stands.
    pub state: RegistrationState,
    /// Until when a seat is held, while it is offered.
    pub offer_expires_at: Option<Time>,
    /// How many wait up to this user and with them, where it was asked for; only while waiting.
    pub waitlist_position: Option<usize>,
    /// When the user registered.
    pub registered_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When the user was seen at the door.
    pub checked_in_at: Option<Time>,
}

impl From<Registration> for RegistrationView {
    fn from(registration: Registration) -> Self {
        Self {
            event_id: registration.event_id,
            user_id: registration.user_id,
            state: registration.state,
            offer_expires_at: registration.offer_expires_at,
            waitlist_position: None,
            registered_at: registration.registered_at,
            updated_at: registration.updated_at,
            checked_in_at: registration.checked_in_at,
        }
    }
}

/// A registration, as the host sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Guest {
    /// How it stands.
    #[serde(flatten)]
    pub registration: RegistrationView,
    /// The user's first name; null where there is no such user any more.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// Telegram's username.
    pub username: Option<String>,
}

impl Guest {
    /// A registration and whose it is.
    pub fn new(registration: Registration, user: Option<User>) -> Self {
        let (first_name, last_name, username) = match user {
            Some(user) => (Some(user.first_name), user.last_name, user.username),
            None => (None, None, None),
        };
        Self { registration: registration.into(), first_name, last_name, username }
    }
}
