//! Scheduled work: expired offers, free seats while users wait, counters.

use std::time::Instant;

use super::command::{Outcome, RegistrationCommand};
use super::registrar::Registrar;
use crate::dynamo::Contention;
use crate::events::error::EventError;
use crate::events::registration::offer_end;
use crate::events::repository::{Precondition, SeatChange, SeatChangeError};
use crate::events::seats::Tally;
use crate::id::EventId;
use crate::scheduled::{Batch, has_time};

/// Seats offered in one transaction: four writes each, and DynamoDB allows 100.
const OFFERS: usize = 20;
/// Transactions for one event in one run of housekeeping: 2,000 seats. The mark stays for the rest, so that other
/// events get a turn.
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
    /// Takes back up to `limit` expired offers, the oldest first. A failure does not stop the others.
    pub async fn lapse_due(&self, limit: usize) -> Result<Batch, EventError> {
        let due = self.repository.lapsed(self.clock.now(), limit).await?;
        let mut swept = Batch { due: due.len(), ..Batch::default() };
        for (event, user) in due {
            let lapsed = match self.apply(RegistrationCommand::Lapse, event, user).await {
                Ok(Outcome { changed: true, .. }) => Ok(()),
                // An offer is written with its registration, so this is a deleted registration or an index that lags
                // behind.
                Ok(_) | Err(EventError::NotRegistered | EventError::NotFound) => {
                    self.repository.forget_offer(event, user, self.clock.now()).await.map_err(EventError::from)
                }
                Err(error) => Err(error),
            };
            note(&mut swept, event, "lapse", lapsed);
        }
        Ok(swept)
    }

    /// Offers free seats of up to `limit` events, as far as there is time until `end`.
    pub async fn fill_due(&self, limit: usize, end: Instant) -> Result<Batch, EventError> {
        let due = self.repository.vacancies(limit).await?;
        let mut swept = Batch { due: due.len(), ..Batch::default() };
        for event in due {
            note(&mut swept, event, "fill", self.fill(event, FILLS).await);
            if !has_time(end) {
                break;
            }
        }
        Ok(swept)
    }

    /// Offers an event's free seats to the waitlist, in its order, in at most so many transactions. After the last seat
    /// it removes the mark, unless other seats became free since.
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

    /// The same after a change that is already stored. A failure is only logged, as `housekeeping` does the rest.
    pub(super) async fn fill_now(&self, id: EventId) {
        if let Err(error) = self.fill(id, FILLS_NOW).await {
            tracing::warn!(event.id = %id, error = %error, "event.seats_left_to_be_offered");
        }
    }

    /// Offers up to 20 free seats; false if none is free, or nobody waits.
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
            let precondition = Precondition::Room { seats: needed, capacity: seats.capacity };
            let change = SeatChange {
                event_id: id,
                step: None,
                heads,
                offer_until,
                vacancy: false,
                precondition,
                messages,
                entry: None,
                now,
            };
            match self.repository.make(&change).await {
                Ok(()) => return Ok(true),
                Err(SeatChangeError::Moved) if contention.wait().await => {}
                // Others change the seats, too. The mark stays, and the next run continues.
                Err(SeatChangeError::Moved) => {
                    return Err(crate::dynamo::Error::Busy("seats keep moving".to_owned()).into());
                }
                Err(SeatChangeError::Dynamo(error)) => return Err(error.into()),
            }
        }
    }

    /// Recounts the registrations of the next `limit` events, corrects their counters and offers free seats. Counter
    /// and registration change together, so this only repairs the effect of a restored backup or a manual change.
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
        // If the seats have changed since they were read, their version differs, and the next round corrects them.
        if counted != seats.tally && self.repository.correct(&seats, counted).await? {
            tracing::warn!(event.id = %id, counted = ?counted, was = ?seats.tally, "event.seats_corrected");
        }
        if counted.waiting > 0 { self.fill(id, FILLS).await } else { Ok(()) }
    }
}
