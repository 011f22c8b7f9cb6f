//! The rules of registrations. Each change is decided on a read, and made by one write on the condition that nothing has
//! changed since, or decided again. So a seat is never given twice, and a free seat is offered once.

use super::command::{Outcome, RegistrationCommand};
use super::ending::Ending;
use crate::dynamo::{self, Contention, OutboxMessage};
use crate::events::access::Access;
use crate::events::error::EventError;
use crate::events::messages::{self, RegistrationNotice};
use crate::events::model::Event;
use crate::events::registration::{Place, Registration, RegistrationState, offer_end};
use crate::events::repository::{EventRepository, Precondition, SeatChange, SeatChangeError};
use crate::events::seats::Seats;
use crate::id::{EventId, UserId};
use crate::platform::Platform;
use crate::random::Random;
use crate::time::{Clock, Time};

/// What a command is decided on.
struct Known {
    event: Event,
    /// Read only for commands that may take a seat.
    seats: Option<Seats>,
    registration: Option<Registration>,
}

pub(super) enum Decision {
    /// The registration stays as it is.
    Stays(Registration),
    /// The change to write, and the registration after it.
    Becomes(Box<SeatChange>, Registration),
}

/// Changes registrations.
#[derive(Clone, Debug)]
pub struct Registrar {
    pub(super) repository: EventRepository,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl Registrar {
    /// On this platform.
    pub fn new(platform: &Platform) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: EventRepository::new(platform), clock, random }
    }

    /// Applies a command to a user's registration, unless a rule forbids it. The same command again changes nothing.
    pub async fn apply(
        &self,
        command: RegistrationCommand<'_>,
        event: EventId,
        user: UserId,
    ) -> Result<Outcome, EventError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let (mut change, registration) = match self.decide(command, event, user, contention.lost()).await? {
                Decision::Stays(registration) => return Ok(Outcome { registration, changed: false }),
                Decision::Becomes(change, registration) => (change, registration),
            };
            if let Some((before, after)) = &change.step {
                change.entry = command.entry(before.as_ref(), after, &self.random);
            }
            match self.repository.make(&change).await {
                Ok(()) => {
                    let state = registration.state;
                    tracing::info!(event.id = %event, user.id = %user, ?command, ?state, "event.registration_changed");
                    if change.vacancy {
                        self.fill_now(event).await;
                    }
                    return Ok(Outcome { registration, changed: true });
                }
                Err(SeatChangeError::Dynamo(error)) => return Err(error.into()),
                Err(SeatChangeError::Moved) if contention.wait().await => {}
                Err(SeatChangeError::Moved) => {
                    return Err(dynamo::Error::Busy("others keep taking the seats".to_owned()).into());
                }
            }
        }
    }

    async fn known(
        &self,
        command: RegistrationCommand<'_>,
        id: EventId,
        user: UserId,
        tries: u32,
    ) -> Result<Known, EventError> {
        let needs_seats = matches!(command, RegistrationCommand::Register | RegistrationCommand::Approve(_));
        let seats = async { if needs_seats { self.repository.seats(id).await } else { Ok(None) } };
        // At first, a user who registers is assumed to be new. This mostly saves a read, and the write finds out.
        let is_thought_new = command == RegistrationCommand::Register && tries == 0;
        let registration =
            async { if is_thought_new { Ok(None) } else { self.repository.registration(id, user).await } };
        let (event, seats, registration) = tokio::try_join!(self.repository.by_id(id), seats, registration)?;
        Ok(Known { event: event.ok_or(EventError::NotFound)?, seats, registration })
    }

    async fn decide(
        &self,
        command: RegistrationCommand<'_>,
        id: EventId,
        user: UserId,
        tries: u32,
    ) -> Result<Decision, EventError> {
        let Known { event, seats, registration } = self.known(command, id, user, tries).await?;
        if let Some((caller, _)) = command.by_other() {
            caller.access.claim(&event)?;
        }
        match (command, registration) {
            (RegistrationCommand::Register, before) => self.newcomer(&event, seats, user, before).await,
            (_, None) => Err(EventError::NotRegistered),
            (RegistrationCommand::Approve(_), Some(known)) => self.approve(&event, seats, known).await,
            (RegistrationCommand::CheckIn(caller), Some(known)) => self.check_in(&event, known, caller.access),
            (RegistrationCommand::Accept, Some(known)) => self.accept(&event, known),
            (RegistrationCommand::Cancel, Some(known)) => {
                self.leave(&event, Ending::by_user(&known)?, known, tries).await
            }
            (RegistrationCommand::DeclineOffer, Some(known)) => {
                self.leave(&event, Ending::of_offer(&known)?, known, tries).await
            }
            (RegistrationCommand::Decline(_), Some(known)) => {
                self.leave(&event, Ending::by_host(&known)?, known, tries).await
            }
            (RegistrationCommand::Lapse, Some(known)) => {
                let ending = Ending::by_time(&event, &known, self.clock.now());
                self.leave(&event, ending, known, tries).await
            }
        }
    }

    /// Registers a user: with a seat, with a place in the waitlist, or pending the host's approval.
    async fn newcomer(
        &self,
        event: &Event,
        seats: Option<Seats>,
        user: UserId,
        before: Option<Registration>,
    ) -> Result<Decision, EventError> {
        let seats = seats.ok_or(EventError::NotFound)?;
        if !event.is_public() && event.host_id != user {
            return Err(EventError::NotFound);
        }
        match before {
            Some(before) if before.state.is_live() => return Ok(Decision::Stays(before)),
            Some(before) if before.state == RegistrationState::Declined => return Err(EventError::Declined),
            _ => {}
        }
        let now = self.clock.now();
        if !event.is_open(now) || !seats.is_open(now) {
            return Err(EventError::NotOpen);
        }
        let state = RegistrationState::PendingApproval;
        let mut after = Registration::new(event.id, user, before.as_ref(), state, now);
        let precondition = if event.details.requires_approval {
            Precondition::Open
        } else {
            self.take_or_queue(&seats, &mut after).await?
        };
        let notice = (after.state == RegistrationState::Approved).then_some(RegistrationNotice::Registered);
        self.becomes(event, before, after, precondition, notice, Vec::new())
    }

    fn accept(&self, event: &Event, known: Registration) -> Result<Decision, EventError> {
        let now = self.clock.now();
        match known.state {
            RegistrationState::Approved => Ok(Decision::Stays(known)),
            RegistrationState::Expired => Err(EventError::OfferExpired),
            RegistrationState::Offered if !event.is_open(now) => Err(EventError::NotOpen),
            RegistrationState::Offered if known.has_lapsed(now) => Err(EventError::OfferExpired),
            RegistrationState::Offered => {
                let after = known.moved_to(RegistrationState::Approved, now);
                self.becomes(
                    event,
                    Some(known),
                    after,
                    Precondition::Nothing,
                    Some(RegistrationNotice::Registered),
                    Vec::new(),
                )
            }
            _ => Err(EventError::NoOffer),
        }
    }

    /// Approves a pending or declined registration: with a seat, or with a place in the waitlist.
    async fn approve(&self, event: &Event, seats: Option<Seats>, known: Registration) -> Result<Decision, EventError> {
        match known.state {
            RegistrationState::Approved | RegistrationState::Waitlisted | RegistrationState::Offered => {
                return Ok(Decision::Stays(known));
            }
            RegistrationState::PendingApproval | RegistrationState::Declined => {}
            RegistrationState::Cancelled | RegistrationState::Expired => {
                return Err(EventError::RegistrationStateConflict);
            }
        }
        let now = self.clock.now();
        let seats = seats.ok_or(EventError::NotFound)?;
        if !event.is_open(now) {
            return Err(EventError::NotOpen);
        }
        let mut after = known.moved_to(RegistrationState::Approved, now);
        let precondition = self.take_or_queue(&seats, &mut after).await?;
        let has_seat = after.state == RegistrationState::Approved;
        let notice = if has_seat { RegistrationNotice::Approved } else { RegistrationNotice::ApprovedToWait };
        self.becomes(event, Some(known), after, precondition, Some(notice), Vec::new())
    }

    /// Checks in a user with a seat, once.
    fn check_in(&self, event: &Event, known: Registration, by: Access) -> Result<Decision, EventError> {
        if !event.takes_registrations() {
            return Err(EventError::NotOpen);
        }
        if known.checked_in_at.is_some() {
            return Err(EventError::AlreadyCheckedIn);
        }
        if known.state != RegistrationState::Approved {
            return Err(EventError::RegistrationStateConflict);
        }
        let now = self.clock.now();
        let mut after = known.moved_to(RegistrationState::Approved, now);
        after.checked_in_at = Some(now);
        after.checked_in_by = by.user;
        self.becomes(event, Some(known), after, Precondition::Nothing, None, Vec::new())
    }

    pub(super) fn becomes(
        &self,
        event: &Event,
        before: Option<Registration>,
        after: Registration,
        precondition: Precondition,
        notice: Option<RegistrationNotice>,
        heads: Vec<Place>,
    ) -> Result<Decision, EventError> {
        let now = self.clock.now();
        let offer_until = offer_end(now, event.details.starts_at);
        let mut messages = self.offers(event, &heads, offer_until, now)?;
        if let Some(notice) = notice {
            messages.push(messages::of_registration(notice, event, &after, &self.random)?);
        }
        let step = Some((before, after.clone()));
        let change = SeatChange {
            event_id: event.id,
            step,
            heads,
            offer_until,
            vacancy: false,
            precondition,
            messages,
            entry: None,
            now,
        };
        Ok(Decision::Becomes(Box::new(change), after))
    }

    /// Gives a registration a free seat, or else the next place in the waitlist. Returns the condition of the write.
    async fn take_or_queue(&self, seats: &Seats, registration: &mut Registration) -> Result<Precondition, EventError> {
        if seats.has_one_for_a_newcomer() {
            registration.state = RegistrationState::Approved;
            return Ok(Precondition::FreeSeat);
        }
        registration.state = RegistrationState::Waitlisted;
        registration.place = Some(self.repository.draw_place(seats.event_id).await?);
        Ok(Precondition::Queue)
    }

    /// The notifications of offers.
    pub(super) fn offers(
        &self,
        event: &Event,
        heads: &[Place],
        until: Time,
        now: Time,
    ) -> Result<Vec<OutboxMessage>, dynamo::Error> {
        let offer = |head: &Place| messages::of_offer(event, head.user_id, head.number, until, now, &self.random);
        heads.iter().map(offer).collect()
    }
}
