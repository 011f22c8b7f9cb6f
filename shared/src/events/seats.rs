//! The counter of seats, which decides who gets one.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

use super::model::Event;
use super::registration::{Registration, RegistrationState};
use crate::id::EventId;
use crate::time::Time;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Seats of approved and offered registrations.
    pub taken: i64,
    /// Seats that are offered to the waitlist.
    pub offered: i64,
    /// Registrations that wait for the host's decision.
    pub pending: i64,
    /// Users on the waitlist.
    pub waiting: i64,
    /// Users who have arrived.
    pub checked_in: i64,
}

impl Tally {
    pub fn of(registration: &Registration) -> Self {
        let is = |state| i64::from(registration.state == state);
        Self {
            taken: i64::from(registration.state.holds_seat()),
            offered: is(RegistrationState::Offered),
            pending: is(RegistrationState::PendingApproval),
            waiting: is(RegistrationState::Waitlisted),
            checked_in: i64::from(registration.checked_in_at.is_some()),
        }
    }

    /// The change when `users` move from the waitlist to an offer.
    pub const fn promotion(users: i64) -> Self {
        Self { taken: users, offered: users, pending: 0, waiting: -users, checked_in: 0 }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            taken: self.taken + other.taken,
            offered: self.offered + other.offered,
            pending: self.pending + other.pending,
            waiting: self.waiting + other.waiting,
            checked_in: self.checked_in + other.checked_in,
        }
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self {
            taken: -other.taken,
            offered: -other.offered,
            pending: -other.pending,
            waiting: -other.waiting,
            checked_in: -other.checked_in,
        }
    }
}

/// The seats of an event. They are an item of their own, as they change with each registration. They repeat the event's
/// rules for registrations, so that one condition on one item decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    pub event_id: EventId,
    /// `None`: no limit.
    pub capacity: Option<u32>,
    /// Whether the event takes registrations until it begins.
    pub open: bool,
    pub starts_at: Time,
    #[serde(flatten)]
    pub tally: Tally,
    /// One more with each change.
    pub version: u64,
}

impl Seats {
    /// The seats of a new event.
    pub fn new(event: &Event) -> Self {
        Self {
            event_id: event.id,
            capacity: event.details.capacity,
            open: event.takes_registrations(),
            starts_at: event.details.starts_at,
            tally: Tally::default(),
            version: 1,
        }
    }

    pub fn is_open(&self, now: Time) -> bool {
        self.open && now < self.starts_at
    }

    /// Free seats; `None`: no limit.
    pub fn free(&self) -> Option<i64> {
        self.capacity.map(|capacity| (i64::from(capacity) - self.tally.taken).max(0))
    }

    /// Whether a new registration gets a seat: one is free, and nobody waits.
    pub fn has_one_for_a_newcomer(&self) -> bool {
        self.tally.waiting == 0 && self.free().is_none_or(|free| free > 0)
    }
}
