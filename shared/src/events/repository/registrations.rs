//! Reads of registrations, the waitlist, expired offers and free seats.

use super::EventRepository;
use crate::dynamo::{self, Expression, Key, Page, Position, Query};
use crate::events::items::{Offer, Queue, Recount, Vacancy};
use crate::events::keys;
use crate::events::listing::Listing;
use crate::events::model::Approval;
use crate::events::registration::{Place, Registration, RegistrationState};
use crate::events::seats::{Seats, Tally};
use crate::id::{EventId, UserId};
use crate::time::Time;

/// Registrations that one request reads for a filtered list (about 400 KB).
const FILTERED_READ: usize = 1000;

impl EventRepository {
    pub async fn registration(&self, event: EventId, user: UserId) -> Result<Option<Registration>, dynamo::Error> {
        self.events.get(&keys::registration(event, user)).await
    }

    pub async fn registrations(&self, event: EventId) -> Result<Vec<Registration>, dynamo::Error> {
        self.events.query_all(Query::table(&keys::partition(event)).prefix(keys::REGISTRATION)).await
    }

    /// A page of an event's registrations of one state or all, the oldest first.
    pub async fn guests(
        &self,
        event: EventId,
        state: Option<RegistrationState>,
        limit: usize,
        after: Option<Position>,
    ) -> Result<Page<Registration>, dynamo::Error> {
        let (filter, read) = match state {
            Some(state) => (is(state), FILTERED_READ),
            None => (Expression::default(), limit + 1),
        };
        let query = Query::gsi2(&keys::guests(event)).filter(filter).limit(read).after(after);
        Ok(cut(self.events.query(query).await?, limit, "gsi2"))
    }

    /// A page of a user's registrations without cancelled and expired ones, the newest first.
    pub async fn registered(
        &self,
        user: UserId,
        limit: usize,
        after: Option<Position>,
    ) -> Result<Page<Registration>, dynamo::Error> {
        let ended = Expression::new("NOT (#state IN (:cancelled, :expired))")
            .name("#state", "state")
            .value(":cancelled", &RegistrationState::Cancelled)
            .value(":expired", &RegistrationState::Expired);
        let query = Query::gsi1(&keys::registered(user)).backward().filter(ended).limit(FILTERED_READ).after(after);
        Ok(cut(self.events.query(query).await?, limit, "gsi1"))
    }

    /// All registrations of a user, including ended ones.
    pub async fn all_registered(&self, user: UserId) -> Result<Vec<Registration>, dynamo::Error> {
        self.events.query_all(Query::gsi1(&keys::registered(user))).await
    }

    /// The next number of the waitlist, higher than all before.
    pub async fn draw_place(&self, event: EventId) -> Result<u64, dynamo::Error> {
        let next = Expression::new("ADD #last :one").name("#last", "last").number(":one", 1);
        let there = Expression::new("attribute_exists(pk)");
        let queue: Queue = self.events.update(&keys::queue(event), &next, &there).await?;
        Ok(queue.last)
    }

    /// The first places of the waitlist.
    pub async fn heads(&self, event: EventId, limit: usize) -> Result<Vec<Place>, dynamo::Error> {
        let query = Query::table(&keys::partition(event)).prefix(keys::PLACE).limit(limit);
        Ok(self.events.query(query).await?.items)
    }

    /// The position of a place in the waitlist, from 1.
    pub async fn position(&self, event: EventId, place: u64) -> Result<usize, dynamo::Error> {
        let Key { sk: last, .. } = keys::place(event, place);
        let query = Query::table(&keys::partition(event)).between(keys::PLACE, &last);
        Ok(self.events.query_all::<Place>(query).await?.len())
    }

    /// Event and user of offers that have expired by `now`, the oldest first.
    pub async fn lapsed(&self, now: Time, limit: usize) -> Result<Vec<(EventId, UserId)>, dynamo::Error> {
        let query = Query::gsi1(keys::OFFERS).up_to(&keys::up_to(now)).limit(limit);
        let found = self.events.query::<Offer>(query).await?;
        Ok(found.items.iter().map(|offer| (offer.event_id, offer.user_id)).collect())
    }

    /// Deletes an expired offer that no registration refers to. A newer offer stays.
    pub async fn forget_offer(&self, event: EventId, user: UserId, now: Time) -> Result<(), dynamo::Error> {
        let lapsed = Expression::new("attribute_not_exists(pk) OR offer_expires_at <= :now").text(":now", now);
        dynamo::if_held(self.events.delete(&keys::offer(event, user), &lapsed).await).map(|_| ())
    }

    /// Events with seats that may be free while somebody waits, the longest wait first.
    pub async fn vacancies(&self, limit: usize) -> Result<Vec<EventId>, dynamo::Error> {
        let found = self.events.query::<Vacancy>(Query::gsi1(keys::VACANCIES).limit(limit)).await?;
        Ok(found.items.iter().map(|vacancy| vacancy.event_id).collect())
    }

    /// The mark of an event with seats that may be free while somebody waits.
    pub async fn vacancy(&self, event: EventId) -> Result<Option<String>, dynamo::Error> {
        let vacancy: Option<Vacancy> = self.events.get(&keys::vacancy(event)).await?;
        Ok(vacancy.map(|vacancy| vacancy.mark))
    }

    /// Removes the mark, unless there is a newer one.
    pub async fn end_vacancy(&self, event: EventId, mark: &str) -> Result<(), dynamo::Error> {
        let same = Expression::new("attribute_not_exists(pk) OR mark = :mark").text(":mark", mark);
        dynamo::if_held(self.events.delete(&keys::vacancy(event), &same).await).map(|_| ())
    }

    /// Deletes a registration with its place and offer.
    pub async fn delete_registration(&self, registration: &Registration) -> Result<(), dynamo::Error> {
        let (event, user) = (registration.event_id, registration.user_id);
        let place = registration.place.map(|number| keys::place(event, number));
        let keys: Vec<Key> =
            place.into_iter().chain([keys::offer(event, user), keys::registration(event, user)]).collect();
        self.events.batch_delete(&keys, &self.random).await
    }

    /// Corrects the counter of seats; false if it has changed since `read`.
    pub async fn correct(&self, read: &Seats, tally: Tally) -> Result<bool, dynamo::Error> {
        let corrected = Seats { tally, version: read.version + 1, ..read.clone() };
        let stored = self.events.put(&corrected, &Expression::version(read.version)).await;
        Ok(dynamo::if_held(stored)?.is_some())
    }

    /// The next approved events that have not started, after those of the last call. After the last event it starts
    /// again.
    pub async fn next_to_recount(&self, now: Time, limit: usize) -> Result<Vec<EventId>, dynamo::Error> {
        let last = self.events.get::<Recount>(&keys::recount()).await?.and_then(|recount| recount.after);
        let begun = keys::from(now);
        // Nothing lies between a sort key and the same with one more character.
        let from = last.filter(|last| *last >= begun).map_or(begun, |last| format!("{last}$"));
        let list = Query::gsi1(&keys::list(Approval::Approved)).between(&from, END).limit(limit);
        let found = self.events.query::<Listing>(list).await?.items;
        // At the end of the list, start again.
        let last = found.last().filter(|_| found.len() == limit);
        let after = last.map(|entry| keys::by_start(entry.starts_at, entry.event_id));
        self.events.put(&Recount { after }, &Expression::default()).await?;
        Ok(found.iter().map(|entry| entry.event_id).collect())
    }
}

/// Sorts after all times.
const END: &str = "~";

fn is(state: RegistrationState) -> Expression {
    Expression::new("#state = :state").name("#state", "state").value(":state", &state)
}

/// Cuts what was read to the page that was asked for.
fn cut(mut page: Page<Registration>, limit: usize, index: &str) -> Page<Registration> {
    if page.items.len() > limit {
        page.items.truncate(limit);
        page.last = page.items.last().map(|registration| Position::of_index(registration, index));
    }
    page
}
