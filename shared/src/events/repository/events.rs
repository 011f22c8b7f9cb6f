//! Reads and writes of events. The marker of the slug, the entry in the lists and the seats are written in the event's
//! transaction, so they are never out of date.

use super::EventRepository;
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Expression, OutboxMessage, Query, Transaction};
use crate::events::error::EventError;
use crate::events::items::{Queue, SlugOwner, Vacancy};
use crate::events::keys;
use crate::events::listing::Listing;
use crate::events::model::Event;
use crate::events::registration::Registration;
use crate::events::seats::Seats;
use crate::events::telling::Telling;
use crate::id::{EventId, UserId};
use crate::text::Slug;
use crate::time::Time;

/// Tries of a transaction. Registrations change the same seats, so it may need more tries than others.
const TRIES: u32 = 30;

/// A change of an event.
#[derive(Clone, Debug)]
pub struct EventChange<'a> {
    pub before: &'a Event,
    pub after: &'a Event,
    /// Whether seats may have become free for the waitlist.
    pub vacancy: bool,
    /// What guests knew of changes, and know now.
    pub telling: Option<(Option<Telling>, Telling)>,
    pub messages: Vec<OutboxMessage>,
    /// What the audit has of it, if it is not the host's own.
    pub entry: Option<AuditEntry>,
}

impl<'a> EventChange<'a> {
    /// A change of which this message tells.
    pub fn new(before: &'a Event, after: &'a Event, message: Option<OutboxMessage>) -> Self {
        let messages = message.into_iter().collect();
        Self { before, after, vacancy: false, telling: None, messages, entry: None }
    }
}

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

    /// Stores a change. [`EventError::PreconditionFailed`]: the event, its revision or what guests know has changed
    /// since
    /// it was read.
    pub async fn save(&self, change: &EventChange<'_>) -> Result<(), EventError> {
        let EventChange { before, after, vacancy, telling, messages, entry } = change;
        let mut transaction = Transaction::new().with_tries(TRIES);
        transaction.put_if(&self.events, *after, &unchanged(before), EventError::PreconditionFailed);
        // A change that the public does not see has no part in lists and seats.
        if after.version != before.version {
            transaction.put(&self.events, &Listing::of(after));
            let (update, room) = seats_follow(after);
            transaction.update_if(&self.events, &keys::seats(after.id), &update, &room, EventError::CapacityBelowTaken);
        }
        if *vacancy {
            transaction.put(&self.events, &Vacancy::new(after.id, after.updated_at, &self.random));
        }
        if let Some((known, telling)) = telling {
            let same = known.as_ref().map_or_else(Expression::absent, told_at);
            transaction.put_if(&self.events, telling, &same, EventError::PreconditionFailed);
        }
        for message in messages {
            transaction.put(&self.events, message);
        }
        if let Some(entry) = entry {
            transaction.put_new(&self.audit, entry);
        }
        transaction.run(&self.random).await
    }

    /// What guests know of an event's changes.
    pub async fn telling(&self, id: EventId) -> Result<Option<Telling>, dynamo::Error> {
        self.events.get(&keys::telling(id)).await
    }

    /// Events whose guests are to be told of changes by `now`, the longest due first.
    pub async fn untold(&self, now: Time, limit: usize) -> Result<Vec<EventId>, dynamo::Error> {
        let query = Query::gsi1(keys::TELLINGS).up_to(&keys::up_to(now)).limit(limit);
        let found = self.events.query::<Telling>(query).await?;
        Ok(found.items.iter().map(|telling| telling.event_id).collect())
    }

    /// Stores what guests know after `known`, with the message that tells them of `event`; false if one of them has
    /// changed since it was read.
    pub async fn tell(
        &self,
        event: &Event,
        known: &Telling,
        after: &Telling,
        message: Option<&OutboxMessage>,
    ) -> Result<bool, EventError> {
        let mut transaction = Transaction::new();
        transaction.put_if(&self.events, after, &told_at(known), EventError::PreconditionFailed);
        let same = Expression::version(event.version);
        transaction.check(&self.events, &keys::event(event.id), &same, EventError::PreconditionFailed);
        if let Some(message) = message {
            transaction.put(&self.events, message);
        }
        match transaction.run(&self.random).await {
            Err(EventError::PreconditionFailed) => Ok(false),
            told => told.map(|()| true),
        }
    }
}

/// Neither what the public sees nor what organisers review has changed.
fn unchanged(event: &Event) -> Expression {
    let reviews = match event.reviews {
        0 => Expression::new("attribute_not_exists(reviews)"),
        number => Expression::new("reviews = :reviews").number(":reviews", number),
    };
    Expression::version(event.version).and(reviews)
}

/// Guests were not told since.
fn told_at(known: &Telling) -> Expression {
    Expression::new("told_at = :told").text(":told", known.told_at)
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
