//! Events and registrations as the API shows them.

#![warn(missing_docs)]

use serde::Serialize;
use utoipa::ToSchema;

use super::details::Details;
use super::model::{Approval, Event, Status};
use super::registration::{Registration, RegistrationState};
use super::seats::Seats;
use crate::id::{EventId, UserId};
use crate::text::{Slug, Text};
use crate::time::{Date, Time};
use crate::users::model::User;

/// A side event.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = SideEvent)]
pub struct EventView {
    /// Id of the event.
    pub id: EventId,
    /// URL slug.
    pub slug: Slug,
    /// Description by the host.
    #[serde(flatten)]
    pub details: Details,
    /// Date of the start in `timezone`.
    pub date: Date,
    /// Status of the event at the time of the request.
    pub status: Status,
    /// Decision of the organisers.
    pub approval_status: Approval,
    /// Reason of the decision. Only the host and admins see it.
    pub decision_reason: Option<Text<500>>,
    /// User who hosts the event.
    pub host_id: UserId,
    /// Number of users with a seat.
    pub current_attendees: i64,
    /// Number of users on the waitlist.
    pub waitlist_count: i64,
    /// Number of free seats, without those that are offered. `null`: no limit.
    pub seats_left: Option<i64>,
    /// Registration of the caller. `null` if there is none, or the caller is anonymous.
    pub registration: Option<RegistrationView>,
    /// Changes by the host that wait for organisers. Only the host and admins see them.
    pub pending_revision: Option<RevisionView>,
    /// Time since which changes of the host wait for a review although they are public. Only the host and admins see
    /// it.
    pub unreviewed_since: Option<Time>,
    /// Version: one more with each change that is public. Registrations and pending changes do not change it.
    pub version: u64,
    /// Time of creation.
    pub created_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
}

impl EventView {
    /// An event at a time; `is_theirs` says whether the caller is its host or an admin.
    pub fn new(event: Event, seats: &Seats, own: Option<Registration>, is_theirs: bool, now: Time) -> Self {
        Self {
            pending_revision: RevisionView::of(&event).filter(|_| is_theirs),
            unreviewed_since: event.unreviewed_since.filter(|_| is_theirs),
            date: event.details.timezone.date(event.details.starts_at),
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

/// Changes of an approved side event by its host that wait for organisers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = SideEventRevision)]
pub struct RevisionView {
    /// Version of the revision: another one with each edit. Send it in `If-Match` to approve or reject the revision.
    pub version: u64,
    /// Time since which the changes wait.
    pub proposed_at: Time,
    /// Description as it will be if organisers approve the revision.
    #[serde(flatten)]
    pub details: Details,
}

impl RevisionView {
    /// The pending revision of an event.
    pub fn of(event: &Event) -> Option<Self> {
        let revision = event.revision.as_ref()?;
        Some(Self { version: revision.version, proposed_at: revision.proposed_at, details: event.revised() })
    }
}

/// Registration of a user for a side event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SideEventRegistration)]
pub struct RegistrationView {
    /// Id of the event.
    pub event_id: EventId,
    /// Id of the registered user.
    pub user_id: UserId,
    /// State of the registration.
    pub state: RegistrationState,
    /// Time at which the offer of a seat expires. `null` unless `state` is `offered`.
    pub offer_expires_at: Option<Time>,
    /// Position in the waitlist, from 1. Only in the answer to a read of the user's own registration, while the user
    /// waits.
    pub waitlist_position: Option<usize>,
    /// Time of the registration.
    pub registered_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
    /// Time of arrival at the event. `null`: not arrived.
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

/// Registration with the name of the user, for the host and staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SideEventGuest)]
pub struct Guest {
    /// The registration.
    #[serde(flatten)]
    pub registration: RegistrationView,
    /// First name. `null` if the user no longer exists, or the caller may not see the profile.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Telegram username.
    pub username: Option<String>,
}

impl Guest {
    /// Without a user if their account is erased, or their profile is private.
    pub fn new(registration: Registration, user: Option<User>) -> Self {
        let (first_name, last_name, username) = match user {
            Some(user) => (Some(user.first_name), user.last_name, user.username),
            None => (None, None, None),
        };
        Self { registration: registration.into(), first_name, last_name, username }
    }
}
