//! The one write that changes registrations: the registration, offers to the waitlist, the counter of seats and
//! notifications, all or nothing. Its conditions decide, so an old read does no harm.

use super::EventRepository;
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Expression, OutboxMessage, Transaction};
use crate::events::items::{Offer, Vacancy};
use crate::events::keys;
use crate::events::registration::{Place, Registration, RegistrationState};
use crate::events::seats::Tally;
use crate::id::EventId;
use crate::time::Time;

/// Tries of a transaction if many write the same seats at once, as each may cancel the others. The request's deadline
/// comes first.
pub(super) const TRIES: u32 = 60;

/// Condition on the seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precondition {
    Nothing,
    /// The event takes registrations.
    Open,
    /// The event is open, a seat is free, and nobody waits.
    FreeSeat,
    /// The event is open, and all seats are taken or somebody waits.
    Queue,
    /// Nobody waits.
    NobodyWaits,
    /// The event is open, and so many seats of so many are free.
    Room {
        /// Seats to offer.
        seats: u32,
        /// The event's capacity; `None` is no limit.
        capacity: Option<u32>,
    },
}

#[derive(Clone, Debug)]
pub struct SeatChange {
    pub event_id: EventId,
    /// The registration before (`None`: new) and after the change.
    pub step: Option<(Option<Registration>, Registration)>,
    /// The first places of the waitlist, which get offers.
    pub heads: Vec<Place>,
    /// Time at which the offers expire.
    pub offer_until: Time,
    /// Whether a seat may become free while somebody waits. Then it is marked, so that it is offered even after a
    /// crash.
    pub vacancy: bool,
    pub precondition: Precondition,
    pub messages: Vec<OutboxMessage>,
    /// What the audit has of it, if somebody else than the user did it.
    pub entry: Option<AuditEntry>,
    pub now: Time,
}

#[derive(Debug, thiserror::Error)]
pub enum SeatChangeError {
    /// Something has changed since it was read.
    #[error("something has changed meanwhile")]
    Moved,
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl EventRepository {
    pub async fn make(&self, change: &SeatChange) -> Result<(), SeatChangeError> {
        let mut transaction = Transaction::new().with_tries(TRIES);
        let heads = i64::try_from(change.heads.len()).unwrap_or(i64::MAX);
        let mut tally = Tally::promotion(heads);
        if let Some((before, after)) = &change.step {
            tally = tally + Tally::of(after) - before.as_ref().map(Tally::of).unwrap_or_default();
            self.step(&mut transaction, before.as_ref(), after);
        }
        for head in &change.heads {
            self.offer(&mut transaction, head, change.offer_until, change.now);
        }
        let (update, condition) = (added(tally), change.precondition.condition(change.now));
        transaction.update_if(&self.events, &keys::seats(change.event_id), &update, &condition, SeatChangeError::Moved);
        if change.vacancy {
            transaction.put(&self.events, &Vacancy::new(change.event_id, change.now, &self.random));
        }
        for message in &change.messages {
            transaction.put(&self.events, message);
        }
        if let Some(entry) = &change.entry {
            transaction.put_new(&self.audit, entry);
        }
        transaction.run(&self.random).await
    }

    fn step(
        &self,
        transaction: &mut Transaction<SeatChangeError>,
        before: Option<&Registration>,
        after: &Registration,
    ) {
        let same = before.map_or_else(Expression::absent, |before| Expression::version(before.version));
        transaction.put_if(&self.events, after, &same, SeatChangeError::Moved);
        let (event, user) = (after.event_id, after.user_id);
        if let Some(number) = before.and_then(|before| before.place) {
            transaction.delete(&self.events, &keys::place(event, number));
        }
        if let Some(number) = after.place {
            transaction.put(&self.events, &Place { event_id: event, number, user_id: user });
        }
        if before.is_some_and(|before| before.state == RegistrationState::Offered) {
            transaction.delete(&self.events, &keys::offer(event, user));
        }
    }

    /// Moves a user from the waitlist to an offer. Place and state change only together.
    fn offer(&self, transaction: &mut Transaction<SeatChangeError>, head: &Place, until: Time, now: Time) {
        let (event, user) = (head.event_id, head.user_id);
        let there = Expression::new("attribute_exists(pk)");
        transaction.delete_if(&self.events, &keys::place(event, head.number), &there, SeatChangeError::Moved);
        let update = Expression::new(
            "SET #state = :offered, offer_expires_at = :until, updated_at = :now REMOVE #place ADD version :one",
        )
        .name("#state", "state")
        .name("#place", "place")
        .value(":offered", &RegistrationState::Offered)
        .text(":until", until)
        .text(":now", now)
        .number(":one", 1);
        let waits = Expression::new("#state = :waitlisted").value(":waitlisted", &RegistrationState::Waitlisted);
        let key = keys::registration(event, user);
        transaction.update_if(&self.events, &key, &update, &waits, SeatChangeError::Moved);
        transaction.put(&self.events, &Offer { event_id: event, user_id: user, offer_expires_at: until });
    }
}

/// Adds to the counter of seats.
fn added(tally: Tally) -> Expression {
    Expression::new(
        "ADD taken :taken, offered :offered, pending :pending, waiting :waiting, checked_in :in, version :one",
    )
    .number(":taken", tally.taken)
    .number(":offered", tally.offered)
    .number(":pending", tally.pending)
    .number(":waiting", tally.waiting)
    .number(":in", tally.checked_in)
    .number(":one", 1)
}

impl Precondition {
    fn condition(self, now: Time) -> Expression {
        let open = || {
            let text = "#open = :open AND starts_at > :now";
            Expression::new(text).name("#open", "open").value(":open", &true).text(":now", now)
        };
        let capacity = |text: &str| Expression::new(text).name("#capacity", "capacity");
        match self {
            Self::Nothing => Expression::new("attribute_exists(pk)"),
            Self::Open => open(),
            Self::FreeSeat => {
                let free = "waiting = :nobody AND (attribute_not_exists(#capacity) OR taken < #capacity)";
                open().and(capacity(free).number(":nobody", 0))
            }
            Self::Queue => open().and(capacity("waiting > :nobody OR taken >= #capacity").number(":nobody", 0)),
            Self::NobodyWaits => Expression::new("waiting = :nobody").number(":nobody", 0),
            Self::Room { capacity: None, .. } => open().and(capacity("attribute_not_exists(#capacity)")),
            Self::Room { seats, capacity: Some(all) } => {
                let room = "#capacity = :capacity AND taken <= :most";
                let most = i64::from(all) - i64::from(seats);
                open().and(capacity(room).number(":capacity", all).number(":most", most))
            }
        }
    }
}
