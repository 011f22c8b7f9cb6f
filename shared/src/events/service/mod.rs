//! What can be done with events and registrations, and the rules.
//!
//! [`EventService`] is for the API; [`Registrar`] changes registrations and looks after them as time passes; [`Participants`] answers
//! other domains who takes part.
//!
//! | type | file | methods |
//! | --- | --- | --- |
//! | [`EventService`] | here | `show`, `calendar`, `share`, `settle`, `own_registration` |
//! | | `write` | `create`, `duplicate`, `update`, `cancel` |
//! | | `moderation` | `approve`, `reject` |
//! | | `lists` | `list`, `mine`, `guests` |
//! | | `door` | `checkin_code`, `check_in` |
//! | [`Registrar`] | `registrar` | `settle`: read, decide, write, and again where others were faster |
//! | | `ending` | how a registration ends, by rule |
//! | | `handover` | `leave`: how its seat goes to the next |
//! | | `sweep` | `lapse_due`, `fill_due`, `recount_next` |
//! | [`Participants`] | `participants` | `events_starting`, `events_of`, `with_seat`, and the group of an event |
//! | [`EventEraser`] | `privacy` | `export`, `erase` |

#![warn(missing_docs)]

mod door;
mod ending;
mod handover;
mod lists;
mod moderation;
mod participants;
mod privacy;
mod registrar;
mod sweep;
mod write;

pub use lists::{EventFilter, MyRole};
pub use participants::Participants;
pub use privacy::{EventEraser, EventExport};
pub use registrar::{Registrar, Settled, Wish};
pub use sweep::Swept;
pub use write::{Copy, EventPatch};

use super::actor::Actor;
use super::code::CheckinCodes;
use super::error::EventError;
use super::model::Event;
use super::registration::Registration;
use super::repository::EventRepository;
use super::seats::Seats;
use super::share::Share;
use super::view::{EventView, RegistrationView};
use crate::conferences::service::ConferenceService;
use crate::config::Secret;
use crate::ical::Calendar;
use crate::id::{EventId, UserId};
use crate::page::Cursors;
use crate::random::Random;
use crate::text::Slug;
use crate::time::Clock;
use crate::url::HttpsUrl;
use crate::users::service::UserService;

/// What an event is asked for by: its id or its slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventName {
    /// `evt_…`.
    Id(EventId),
    /// Anything else that is a slug.
    Slug(Slug),
}

impl std::str::FromStr for EventName {
    type Err = crate::text::InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A slug has no `_`, so no text is both.
        text.parse().map(Self::Id).or_else(|_| text.parse().map(Self::Slug))
    }
}

/// Events, as hosts, guests and admins deal with them.
#[derive(Clone, Debug)]
pub struct EventService {
    repository: EventRepository,
    registrar: Registrar,
    conferences: ConferenceService,
    users: UserService,
    cursors: Cursors,
    codes: CheckinCodes,
    app: HttpsUrl,
    clock: Clock,
    random: Random,
}

impl EventService {
    /// `signing_key` signs cursors and check-in codes; `app` is where the mini app is.
    pub fn new(
        repository: EventRepository,
        (conferences, users): (ConferenceService, UserService),
        signing_key: Secret,
        app: HttpsUrl,
        clock: Clock,
        random: Random,
    ) -> Self {
        Self {
            registrar: Registrar::new(repository.clone(), clock.clone(), random.clone()),
            cursors: Cursors::new(signing_key.clone()),
            codes: CheckinCodes::new(signing_key),
            repository,
            conferences,
            users,
            app,
            clock,
            random,
        }
    }

    /// An event as the caller sees it, with their own registration.
    pub async fn show(&self, name: &EventName, actor: &Actor) -> Result<EventView, EventError> {
        let id = match name {
            EventName::Id(id) => *id,
            EventName::Slug(slug) => self.repository.id_of(slug).await?.ok_or(EventError::NotFound)?,
        };
        let own = async {
            match actor.user {
                Some(user) => self.repository.registration(id, user).await,
                None => Ok(None),
            }
        };
        let (event, seats, own) = tokio::try_join!(self.repository.by_id(id), self.repository.seats(id), own)?;
        let (event, seats) = event.zip(seats).ok_or(EventError::NotFound)?;
        if !event.is_public() && !actor.owns(&event) {
            return Err(EventError::NotFound);
        }
        Ok(self.view(event, &seats, own, actor))
    }

    /// An event in a calendar.
    pub async fn calendar(&self, id: EventId) -> Result<Calendar, EventError> {
        Ok(super::calendar::calendar(&self.public(id).await?, &self.app))
    }

    /// How an event is shared.
    pub async fn share(&self, id: EventId) -> Result<Share, EventError> {
        Ok(Share::of(&self.public(id).await?, &self.app))
    }

    /// Does what is wished for a user's registration.
    pub async fn settle(&self, wish: Wish, event: EventId, user: UserId) -> Result<Settled, EventError> {
        self.registrar.settle(wish, event, user).await
    }

    /// A user's own registration, with their position in the waitlist.
    pub async fn own_registration(&self, id: EventId, user: UserId) -> Result<RegistrationView, EventError> {
        let known = self.repository.registration(id, user).await?.ok_or(EventError::NotRegistered)?;
        let position = match known.place {
            Some(place) => Some(self.repository.position(id, place).await?),
            None => None,
        };
        Ok(RegistrationView { waitlist_position: position, ..known.into() })
    }

    async fn public(&self, id: EventId) -> Result<Event, EventError> {
        self.repository.by_id(id).await?.filter(Event::is_public).ok_or(EventError::NotFound)
    }

    /// An event that is the caller's to deal with.
    async fn owned(&self, id: EventId, actor: &Actor) -> Result<Event, EventError> {
        let event = self.repository.by_id(id).await?.ok_or(EventError::NotFound)?;
        actor.claim(&event)?;
        Ok(event)
    }

    async fn at_version(&self, id: EventId, actor: &Actor, expected: u64) -> Result<Event, EventError> {
        let event = self.owned(id, actor).await?;
        if event.version == expected { Ok(event) } else { Err(EventError::PreconditionFailed) }
    }

    fn view(&self, event: Event, seats: &Seats, own: Option<Registration>, actor: &Actor) -> EventView {
        let is_theirs = actor.owns(&event);
        EventView::new(event, seats, own, is_theirs, self.clock.now())
    }

    /// An event after a change, with its seats as they are then.
    async fn changed(&self, event: Event, actor: &Actor) -> Result<EventView, EventError> {
        let seats = self.repository.seats(event.id).await?.ok_or(EventError::NotFound)?;
        Ok(self.view(event, &seats, None, actor))
    }
}
