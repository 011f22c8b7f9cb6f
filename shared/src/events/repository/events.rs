//! Reads and writes of events. The marker of the slug, the entry in the lists and the seats are written in the event's
//! transaction, so they are never out of date.

use super::EventRepository;
use crate::dynamo::{self, Expression, OutboxMessage, Transaction};
use crate::events::error::EventError;
use crate::events::items::{Queue, SlugOwner, Vacancy};
use crate::events::keys;
use crate::events::listing::Listing;
use crate::events::model::Event;
use crate::events::registration::Registration;
use crate::events::seats::Seats;
use crate::id::{EventId, UserId};
use crate::text::Slug;

/// Tries of a transaction. Registrations change the same seats, so it may need more tries than others.
const TRIES: u32 = 30;

impl EventRepository {
    pub async fn by_id(&self, id: EventId) -> Result<Option<Event>, dynamo::Error> {
        self.events.get(&keys::event(id)).await
    }

    /// The id of the event of this slug.
    pub async fn id_of(&self, slug: &Slug) -> Result<Option<EventId>, dynamo::Error> {
        let owner: Option<SlugOwner> = self.events.get(&keys::slug(slug)).await?;
        Ok(owner.map(|owner| owner.event_id))
    }

    /// These events, in no order.
    pub async fn by_ids(&self, ids: &[EventId]) -> Result<Vec<Event>, dynamo::Error> {
        let keys: Vec<_> = ids.iter().copied().map(keys::event).collect();
        self.events.batch_get(&keys, &self.random).await
    }

    pub async fn seats(&self, id: EventId) -> Result<Option<Seats>, dynamo::Error> {
        self.events.get(&keys::seats(id)).await
    }

    /// The seats of these events, in no order.
    pub async fn seats_of(&self, ids: &[EventId]) -> Result<Vec<Seats>, dynamo::Error> {
        let keys: Vec<_> = ids.iter().copied().map(keys::seats).collect();
        self.events.batch_get(&keys, &self.random).await
    }

    /// A user's registrations for these events, in no order.
    pub async fn registrations_for(&self, ids: &[EventId], user: UserId) -> Result<Vec<Registration>, dynamo::Error> {
        let keys: Vec<_> = ids.iter().map(|id| keys::registration(*id, user)).collect();
        self.events.batch_get(&keys, &self.random).await
    }

    /// Stores a new event; [`EventError::SlugTaken`] when another one has its slug.
    pub async fn create(&self, event: &Event) -> Result<(), EventError> {
        let mut transaction = Transaction::new();
        let owner = SlugOwner { slug: event.slug.clone(), event_id: event.id };
        transaction.put_if(&self.events, &owner, &Expression::absent(), EventError::SlugTaken);
        transaction.put_if(&self.events, event, &Expression::absent(), EventError::SlugTaken);
        transaction.put(&self.events, &Listing::of(event));
        transaction.put(&self.events, &Seats::new(event));
        transaction.put(&self.events, &Queue { event_id: event.id, last: 0 });
        transaction.run(&self.random).await
    }

    /// Stores the next version of an event. With `vacancy`, seats may have become free for the waitlist.
    pub async fn save(&self, event: &Event, vacancy: bool, message: Option<&OutboxMessage>) -> Result<(), EventError> {
        let mut transaction = Transaction::new().with_tries(TRIES);
        let before = Expression::version(event.version - 1);
        transaction.put_if(&self.events, event, &before, EventError::PreconditionFailed);
        transaction.put(&self.events, &Listing::of(event));
        let (update, room) = seats_follow(event);
        transaction.update_if(&self.events, &keys::seats(event.id), &update, &room, EventError::CapacityBelowTaken);
        if vacancy {
            transaction.put(&self.events, &Vacancy::new(event.id, event.updated_at, &self.random));
        }
        if let Some(message) = message {
            transaction.put(&self.events, message);
        }
        transaction.run(&self.random).await
    }
}

/// The update of the seats, and the condition that they are enough for all guests.
fn seats_follow(event: &Event) -> (Expression, Expression) {
    let text = match event.details.capacity {
        Some(_) => "SET #open = :open, starts_at = :starts, #capacity = :capacity ADD version :one",
        None => "SET #open = :open, starts_at = :starts REMOVE #capacity ADD version :one",
    };
    let update = Expression::new(text)
        .name("#open", "open")
        .name("#capacity", "capacity")
        .value(":open", &event.takes_registrations())
        .text(":starts", event.details.starts_at)
        .number(":one", 1);
    match event.details.capacity {
        Some(capacity) => (update.number(":capacity", capacity), Expression::new("taken <= :capacity")),
        None => (update, Expression::new("attribute_exists(pk)")),
    }
}
