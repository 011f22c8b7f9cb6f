//! The rules of registrations. Each change is decided on what is read and made by one write that holds only if that is still so;
//! else it is read and decided again. So a seat is never given twice, and a freed one is offered once.

use crate::dynamo::{self, OutboxMessage, wait_of};
use crate::events::error::EventError;
use crate::events::model::Event;
use crate::events::notices::{self, Told};
use crate::events::registration::{Place, Registration, RegistrationState, offer_end};
use crate::events::repository::{EventRepository, Guard, Move, MoveError};
use crate::events::seats::Seats;
use crate::id::{EventId, UserId};
use crate::random::Random;
use crate::time::{Clock, Time};

/// Times that a change is decided anew because others were faster. Hundreds may want the same seats at once; the request's deadline
/// ends it before.
const TRIES: u32 = 60;

/// Changes registrations. It needs no secret, so the workers have it too.
#[derive(Clone, Debug)]
pub struct Registrar {
    pub(super) repository: EventRepository,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

/// What was decided.
pub(super) enum Decision {
    /// Nothing is to be changed.
    Stays(Registration),
    /// This is to be written, and the registration will be so.
    Becomes(Box<Move>, Registration),
}

impl Registrar {
    /// Of this repository.
    pub fn new(repository: EventRepository, clock: Clock, random: Random) -> Self {
        Self { repository, clock, random }
    }

    /// Decides, and decides again as long as others are faster.
    pub(super) async fn settle(
        &self,
        decide: impl AsyncFn(u32) -> Result<Decision, EventError>,
    ) -> Result<Registration, EventError> {
        let mut tries = 0;
        loop {
            let (change, after) = match decide(tries).await? {
                Decision::Stays(registration) => return Ok(registration),
                Decision::Becomes(change, after) => (change, after),
            };
            tries += 1;
            match self.repository.make(&change).await {
                Ok(()) => return Ok(after),
                Err(MoveError::Dynamo(error)) => return Err(error.into()),
                Err(MoveError::Moved) if wait_of(&self.random, tries, TRIES).await => {}
                Err(MoveError::Moved) => {
                    return Err(dynamo::Error::Busy("others keep taking the seats".to_owned()).into());
                }
            }
        }
    }

    /// The event and a registration for it, both as they are now.
    pub(super) async fn read(&self, event: EventId, user: UserId) -> Result<(Event, Option<Registration>), EventError> {
        let (event, registration) =
            tokio::try_join!(self.repository.by_id(event), self.repository.registration(event, user))?;
        Ok((event.ok_or(EventError::NotFound)?, registration))
    }

    /// Registers a user; who is registered stays as they are.
    pub async fn register(&self, id: EventId, user: UserId) -> Result<(Registration, bool), EventError> {
        let before = std::sync::atomic::AtomicBool::new(false);
        let registration = self
            .settle(async |tries| {
                // At first nobody is thought to be registered: the write finds out, and mostly a read is saved.
                let known = async { if tries == 0 { Ok(None) } else { self.repository.registration(id, user).await } };
                let (event, seats, known) =
                    tokio::try_join!(self.repository.by_id(id), self.repository.seats(id), known)?;
                let event = event.filter(|event| event.is_public() || event.host_id == user);
                let (event, seats) = event.zip(seats).ok_or(EventError::NotFound)?;
                if let Some(known) = known.as_ref().filter(|known| known.state.is_live()) {
                    before.store(true, std::sync::atomic::Ordering::Relaxed);
                    return Ok(Decision::Stays(known.clone()));
                }
                self.newcomer(&event, &seats, user, known)
            })
            .await?;
        Ok((registration, before.into_inner()))
    }

    fn newcomer(
        &self,
        event: &Event,
        seats: &Seats,
        user: UserId,
        before: Option<Registration>,
    ) -> Result<Decision, EventError> {
        let now = self.clock.now();
        if before.as_ref().is_some_and(|before| before.state == RegistrationState::Declined) {
            return Err(EventError::Declined);
        }
        if !event.is_open(now) || !seats.is_open(now) {
            return Err(EventError::NotOpen);
        }
        let state = RegistrationState::PendingApproval;
        let mut after = Registration::new(event.id, user, before.as_ref(), state, now);
        let guard = if event.details.requires_approval { Guard::Open } else { take_or_queue(seats, &mut after) };
        let told = (after.state == RegistrationState::Approved).then_some(Told::Registered);
        self.becomes(event, before, after, guard, told, Vec::new())
    }

    /// Gives a seat up, or the hope for one. A seat goes to the next who waits.
    pub async fn cancel(&self, id: EventId, user: UserId) -> Result<Registration, EventError> {
        self.settle(async |_| {
            let (event, known) = self.read(id, user).await?;
            let known = known.ok_or(EventError::NotRegistered)?;
            if known.checked_in_at.is_some() {
                return Err(EventError::AlreadyCheckedIn);
            }
            if !known.state.is_live() {
                return Ok(Decision::Stays(known));
            }
            self.leave(&event, known, RegistrationState::Cancelled, None).await
        })
        .await
    }

    /// Accepts the seat that is offered.
    pub async fn accept(&self, id: EventId, user: UserId) -> Result<Registration, EventError> {
        self.settle(async |_| {
            let (event, known) = self.read(id, user).await?;
            let known = known.ok_or(EventError::NotRegistered)?;
            let now = self.clock.now();
            match known.state {
                RegistrationState::Approved => Ok(Decision::Stays(known)),
                RegistrationState::Expired => Err(EventError::OfferExpired),
                RegistrationState::Offered if !event.is_open(now) => Err(EventError::NotOpen),
                RegistrationState::Offered if known.has_lapsed(now) => Err(EventError::OfferExpired),
                RegistrationState::Offered => {
                    let after = known.moved_to(RegistrationState::Approved, now);
                    self.becomes(&event, Some(known), after, Guard::Nothing, Some(Told::Registered), Vec::new())
                }
                _ => Err(EventError::NoOffer),
            }
        })
        .await
    }

    /// Declines the seat that is offered: it goes to the next.
    pub async fn decline_offer(&self, id: EventId, user: UserId) -> Result<Registration, EventError> {
        self.settle(async |_| {
            let (event, known) = self.read(id, user).await?;
            let known = known.ok_or(EventError::NotRegistered)?;
            match known.state {
                RegistrationState::Offered => self.leave(&event, known, RegistrationState::Cancelled, None).await,
                RegistrationState::Cancelled | RegistrationState::Expired => Ok(Decision::Stays(known)),
                _ => Err(EventError::NoOffer),
            }
        })
        .await
    }

    /// Takes an offer back that has lapsed: it goes to the next.
    pub async fn lapse(&self, id: EventId, user: UserId) -> Result<(), EventError> {
        let known = self.repository.registration(id, user).await?;
        if known.is_none_or(|known| known.state != RegistrationState::Offered) {
            // The two are written together, so this can only be a registration that was deleted.
            return Ok(self.repository.forget_offer(id, user).await?);
        }
        self.settle(async |_| {
            let (event, known) = self.read(id, user).await?;
            let known = known.ok_or(EventError::NotRegistered)?;
            if !known.has_lapsed(self.clock.now()) {
                return Ok(Decision::Stays(known));
            }
            let told = event.takes_registrations().then_some(Told::OfferLapsed);
            self.leave(&event, known, RegistrationState::Expired, told).await
        })
        .await
        .map(|_| ())
    }

    /// Ends a live registration. If it has a seat, and the event still takes registrations, the first of the waitlist is offered it in
    /// the same write; if nobody waits, the write holds only while nobody does.
    pub(super) async fn leave(
        &self,
        event: &Event,
        before: Registration,
        state: RegistrationState,
        told: Option<Told>,
    ) -> Result<Decision, EventError> {
        let now = self.clock.now();
        let hands_on = before.state.holds_seat() && event.is_open(now);
        let heads = if hands_on { self.repository.heads(event.id, 1).await? } else { Vec::new() };
        let guard = match (hands_on, heads.is_empty()) {
            (false, _) => Guard::Nothing,
            (true, true) => Guard::NobodyWaits,
            (true, false) => Guard::Open,
        };
        let after = before.moved_to(state, now);
        self.becomes(event, Some(before), after, guard, told, heads)
    }

    pub(super) fn becomes(
        &self,
        event: &Event,
        before: Option<Registration>,
        after: Registration,
        guard: Guard,
        told: Option<Told>,
        heads: Vec<Place>,
    ) -> Result<Decision, EventError> {
        let now = self.clock.now();
        let offer_until = offer_end(now, event.details.starts_at);
        let mut messages = self.offers(event, &heads, offer_until, now)?;
        if let Some(told) = told {
            messages.push(notices::of_registration(told, event, &after, &self.random)?);
        }
        let step = Some((before, after.clone()));
        let change = Move { event_id: event.id, step, heads, offer_until, guard, messages, now };
        Ok(Decision::Becomes(Box::new(change), after))
    }

    /// What those are told who are offered seats.
    pub(super) fn offers(
        &self,
        event: &Event,
        heads: &[Place],
        until: Time,
        now: Time,
    ) -> Result<Vec<OutboxMessage>, dynamo::Error> {
        let offer = |head: &Place| notices::of_offer(event, head.user_id, head.number, until, now, &self.random);
        heads.iter().map(offer).collect()
    }
}

/// Gives a registration a seat if there is one for a newcomer, else the next place in the waitlist; and says what must then hold.
pub(super) fn take_or_queue(seats: &Seats, registration: &mut Registration) -> Guard {
    if seats.has_one_for_a_newcomer() {
        registration.state = RegistrationState::Approved;
        Guard::FreeSeat
    } else {
        registration.state = RegistrationState::Waitlisted;
        registration.place = Some(seats.next_place);
        Guard::Queue(seats.next_place)
    }
}
