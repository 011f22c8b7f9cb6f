//! How events and registrations are stored: keys, indexes, and items of their own.

use serde::{Deserialize, Serialize};

use super::keys;
use super::listing::Listing;
use super::model::Event;
use super::registration::{Place, Registration};
use super::seats::Seats;
use super::telling::Telling;
use crate::dynamo::{Entity, Key};
use crate::id::{EventId, UserId};
use crate::random::Random;
use crate::text::Slug;
use crate::time::Time;

/// Export: `events`.
///
/// Erasure: `events` removes the host's name and the pending revision. The id stays.
impl Entity for Event {
    const NAME: &'static str = "event";

    fn key(&self) -> Key {
        keys::event(self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let place = keys::by_start(self.details.starts_at, self.id);
        let mut keys = vec![("gsi1pk", keys::hosted(self.host_id)), ("gsi1sk", place)];
        if let Some(since) = self.waits_for_review_since() {
            keys.extend([("gsi2pk", keys::REVIEWS.to_owned()), ("gsi2sk", keys::by_start(since, self.id))]);
        }
        keys
    }
}

impl Entity for Listing {
    const NAME: &'static str = "event_listing";

    fn key(&self) -> Key {
        keys::listing(self.event_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let place = keys::by_start(self.starts_at, self.event_id);
        let all = [("gsi1pk", keys::list(self.approval)), ("gsi1sk", place.clone())];
        let of_conference =
            |conference| [("gsi2pk", keys::conference_list(conference, self.approval)), ("gsi2sk", place.clone())];
        all.into_iter().chain(self.conference.iter().flat_map(of_conference)).collect()
    }
}

/// The marker of a slug.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SlugOwner {
    pub(super) slug: Slug,
    pub(super) event_id: EventId,
}

impl Entity for SlugOwner {
    const NAME: &'static str = "event_slug";

    fn key(&self) -> Key {
        keys::slug(&self.slug)
    }
}

impl Entity for Seats {
    const NAME: &'static str = "seats";

    fn key(&self) -> Key {
        keys::seats(self.event_id)
    }
}

/// The last number of an event's waitlist. A number is drawn before the transaction that joins the waitlist, from an
/// item that is in no transaction. So hundreds can draw at once, and no draw cancels another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Queue {
    pub(super) event_id: EventId,
    pub(super) last: u64,
}

impl Entity for Queue {
    const NAME: &'static str = "waitlist_queue";

    fn key(&self) -> Key {
        keys::queue(self.event_id)
    }
}

/// Export: `events`.
///
/// Erasure: `events` deletes it.
impl Entity for Registration {
    const NAME: &'static str = "registration";

    fn key(&self) -> Key {
        keys::registration(self.event_id, self.user_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![
            ("gsi1pk", keys::registered(self.user_id)),
            ("gsi1sk", keys::registered_at(self.registered_at, self.event_id)),
            ("gsi2pk", keys::guests(self.event_id)),
            ("gsi2sk", keys::guest(self.first_registered_at(), self.user_id)),
        ]
    }
}

/// Export: none, because it is made of the registration, which is exported.
///
/// Erasure: `events` deletes it.
impl Entity for Place {
    const NAME: &'static str = "waitlist_place";

    fn key(&self) -> Key {
        keys::place(self.event_id, self.number)
    }
}

/// An offered seat, indexed by the time at which the offer expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) event_id: EventId,
    pub(super) user_id: UserId,
    pub(super) offer_expires_at: Time,
}

/// Export: none, because it is made of the registration, which is exported.
///
/// Erasure: `events` deletes it.
impl Entity for Offer {
    const NAME: &'static str = "seat_offer";

    fn key(&self) -> Key {
        keys::offer(self.event_id, self.user_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let place = keys::lapses(self.offer_expires_at, self.event_id, self.user_id);
        vec![("gsi1pk", keys::OFFERS.to_owned()), ("gsi1sk", place)]
    }
}

/// Seats of an event have become free, and may not have been offered to the waitlist yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Vacancy {
    pub(super) event_id: EventId,
    pub(super) since: Time,
    /// A new one each time seats become free. After offering all seats, a worker removes the mark only if it is the one
    /// that it read.
    pub(super) mark: String,
}

impl Vacancy {
    /// Seats have become free now.
    pub(super) fn new(event_id: EventId, now: Time, random: &Random) -> Self {
        Self { event_id, since: now, mark: hex::encode(random.bytes::<8>()) }
    }
}

impl Entity for Vacancy {
    const NAME: &'static str = "vacancy";

    fn key(&self) -> Key {
        keys::vacancy(self.event_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::VACANCIES.to_owned()), ("gsi1sk", keys::by_start(self.since, self.event_id))]
    }
}

impl Entity for Telling {
    const NAME: &'static str = "telling";

    fn key(&self) -> Key {
        keys::telling(self.event_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let Some(due) = self.due else { return Vec::new() };
        vec![("gsi1pk", keys::TELLINGS.to_owned()), ("gsi1sk", keys::by_start(due, self.event_id))]
    }
}

/// Progress of the recount: the position of the last event in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Recount {
    pub(super) after: Option<String>,
}

impl Entity for Recount {
    const NAME: &'static str = "recount";

    fn key(&self) -> Key {
        keys::recount()
    }
}
