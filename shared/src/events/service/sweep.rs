//! What has to be looked after as time passes: offers that lapse, seats that became free while people wait, counters.

use super::registrar::{Registrar, Settled, Wish};
use crate::dynamo::Contention;
use crate::events::error::EventError;
use crate::events::registration::offer_end;
use crate::events::repository::{Guard, Move, MoveError};
use crate::events::seats::Tally;
use crate::id::EventId;
use crate::scheduled::Batch;

/// Seats offered in one transaction: four writes each, of 100 that DynamoDB allows.
const OFFERS: usize = 20;
/// Transactions for one event in one run of housekeeping: 2,000 seats. The mark stays for what is left, and other events get their turn.
const FILLS: usize = 100;
/// Transactions for one event in one request, whose caller waits for them.
const FILLS_NOW: usize = 10;

fn note(batch: &mut Batch, event: EventId, what: &'static str, result: Result<(), EventError>) {
    match result {
        Ok(()) => batch.done += 1,
        Err(error) => {
            batch.failed += 1;
            tracing::error!(event.id = %event, what, error = %error, "event.sweep_failed");
        }
    }
}

impl Registrar {
    /// Takes up to `limit` lapsed offers back, the first to lapse first. One that fails does not keep the others.
    pub async fn lapse_due(&self, limit: usize) -> Result<Batch, EventError> {
        let due = self.repository.lapsed(self.clock.now(), limit).await?;
        let mut swept = Batch { due: due.len(), ..Batch::default() };
        for (event, user) in due {
            let lapsed = match self.settle(Wish::Lapse, event, user).await {
                Ok(Settled { changed: true, .. }) => Ok(()),
                // An offer is written with its registration: only one that was deleted, or an index that lags, leaves it behind.
                Ok(_) | Err(EventError::NotRegistered | EventError::NotFound) => {
                    self.repository.forget_offer(event, user, self.clock.now()).await.map_err(EventError::from)
                }
                Err(error) => Err(error),
            };
            note(&mut swept, event, "lapse", lapsed);
        }
        Ok(swept)
    }

    /// Offers seats of up to `limit` events of which some became free.
    pub async fn fill_due(&self, limit: usize) -> Result<Batch, EventError> {
        let due = self.repository.vacancies(limit).await?;
        let mut swept = Batch { due: due.len(), ..Batch::default() };
        for event in due {
            note(&mut swept, event, "fill", self.fill(event, FILLS).await);
        }
        Ok(swept)
    }

    /// Offers an event's free seats to those who wait, in their order, in at most so many transactions. When none is left to be
    /// offered, the mark that some became free is taken away, unless others have since.
    pub(super) async fn fill(&self, id: EventId, transactions: usize) -> Result<(), EventError> {
        let mark = self.repository.vacancy(id).await?;
        for _ in 0..transactions {
            if !self.offer_free_seats(id).await? {
                return match mark {
                    Some(mark) => Ok(self.repository.end_vacancy(id, &mark).await?),
                    None => Ok(()),
                };
            }
        }
        Ok(())
    }

    /// The same after a change that is made, and stays so whatever comes of this: `housekeeping` does what is left.
    pub(super) async fn fill_now(&self, id: EventId) {
        if let Err(error) = self.fill(id, FILLS_NOW).await {
            tracing::warn!(event.id = %id, error = %error, "event.seats_left_to_be_offered");
        }
    }

    /// Offers up to 20 free seats; false when there is none, or nobody waits.
    async fn offer_free_seats(&self, id: EventId) -> Result<bool, EventError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let (event, seats, mut heads) = tokio::try_join!(
                self.repository.by_id(id),
                self.repository.seats(id),
                self.repository.heads(id, OFFERS)
            )?;
            let Some((event, seats)) = event.zip(seats) else { return Ok(false) };
            let now = self.clock.now();
            if let Some(free) = seats.free() {
                heads.truncate(usize::try_from(free).unwrap_or_default());
            }
            if heads.is_empty() || !event.is_open(now) {
                return Ok(false);
            }
            let offer_until = offer_end(now, event.details.starts_at);
            let messages = self.offers(&event, &heads, offer_until, now)?;
            let needed = u32::try_from(heads.len()).unwrap_or(u32::MAX);
            let guard = Guard::Room { seats: needed, capacity: seats.capacity };
            let change = Move { event_id: id, step: None, heads, offer_until, vacancy: false, guard, messages, now };
            match self.repository.make(&change).await {
                Ok(()) => return Ok(true),
                Err(MoveError::Moved) if contention.wait().await => {}
                // Others are at it: the mark stays, and the next run goes on.
                Err(MoveError::Moved) => return Err(crate::dynamo::Error::Busy("seats keep moving".to_owned()).into()),
                Err(MoveError::Dynamo(error)) => return Err(error.into()),
            }
        }
    }

    /// Counts the registrations of the next `limit` events anew and corrects their counters; then offers what is free. Normally there
    /// is nothing to correct, since counter and registration change together: this repairs what a restored backup or a hand has done.
    pub async fn recount_next(&self, limit: usize) -> Result<Batch, EventError> {
        let due = self.repository.next_to_recount(self.clock.now(), limit).await?;
        let mut swept = Batch { due: due.len(), ..Batch::default() };
        for event in due {
            note(&mut swept, event, "recount", self.recount(event).await);
        }
        Ok(swept)
    }

    async fn recount(&self, id: EventId) -> Result<(), EventError> {
        let Some(seats) = self.repository.seats(id).await? else { return Ok(()) };
        let registrations = self.repository.registrations(id).await?;
        let counted = registrations.iter().map(Tally::of).fold(Tally::default(), |sum, one| sum + one);
        // What has changed since the seats were read makes their version another: then it is for the next round.
        if counted != seats.tally && self.repository.correct(&seats, counted).await? {
            tracing::warn!(event.id = %id, counted = ?counted, was = ?seats.tally, "event.seats_corrected");
        }
        if counted.waiting > 0 { self.fill(id, FILLS).await } else { Ok(()) }
    }
}
