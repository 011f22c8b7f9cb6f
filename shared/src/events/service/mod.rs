//! Events and registrations, and their rules.
//!
//! [`EventService`] is for the API and other domains; [`Registrar`] changes registrations and looks after them as time
//! passes.
//!
//! | type | file | methods |
//! | --- | --- | --- |
//! | [`EventService`] | here | `id_of`, `show`, `calendar`, `share`, `apply`, `own_registration` |
//! | | `write` | `create`, `duplicate`, `update`, `cancel` |
//! | | `moderation` | `decide`, `decide_revision` |
//! | | `tellings` | `tell_due` |
//! | | `lists` | `list`, `mine`, `reviews`, `guests` |
//! | | `door` | `checkin_code`, `check_in` |
//! | [`RegistrationCommand`] | `command` | what [`Registrar`] does, for whom |
//! | [`Registrar`] | `registrar` | `apply`: read, decide, write, and again where others were faster |
//! | | `ending` | how a registration ends, by rule |
//! | | `handover` | `leave`: how its seat goes to the next |
//! | | `sweep` | `lapse_due`, `fill_due`, `recount_next` |
//! | | `participants` | `events_starting`, `events_of`, `with_seat`, and the group of an event |

#![warn(missing_docs)]

mod command;
mod door;
mod ending;
mod handover;
mod lists;
mod moderation;
mod participants;
mod registrar;
mod sweep;
mod tellings;
mod write;

use super::access::{Access, Caller};
pub use command::{Outcome, RegistrationCommand};
pub use lists::{EventFilter, MyRole};
pub use moderation::Verdict;
pub use registrar::Registrar;
pub use write::Copy;

use super::error::EventError;
use super::model::Event;
use super::registration::Registration;
use super::repository::EventRepository;
use super::seats::Seats;
use super::share::Share;
use super::view::{EventView, RegistrationView};
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::conferences::service::ConferenceService;
use crate::expected::Expected;
use crate::ical::Calendar;
use crate::id::{EventId, UserId};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::time::Clock;
use crate::url::HttpsUrl;
use crate::users::service::UserService;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// Name of an event in a request: its id or its slug.
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

impl PartialSchema for EventName {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).description(Some("Id or URL slug of a side event"));
        text.examples(["evt_01J9ZQ4Y6V3T8K2M5N7P0R1S3W", "rust-on-chain"]).into()
    }
}

/// Fields whose values the audit shows: none that is free text, a place, or a name.
const SHOWN: [&str; 10] = [
    "approval_status",
    "cancelled_at",
    "capacity",
    "conference",
    "ends_at",
    "format",
    "requires_approval",
    "starts_at",
    "timezone",
    "unreviewed_since",
];

/// Events, as hosts, guests and admins deal with them.
#[derive(Clone, Debug)]
pub struct EventService {
    pub(super) repository: EventRepository,
    pub(super) registrar: Registrar,
    pub(super) conferences: ConferenceService,
    pub(super) users: UserService,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl EventService {
    /// On this platform, in the weeks of these conferences, for these users.
    pub fn new(platform: &Platform, conferences: ConferenceService, users: UserService) -> Self {
        let (repository, registrar) = (EventRepository::new(platform), Registrar::new(platform));
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository, registrar, conferences, users, clock, random }
    }

    /// The id of the event that a request names.
    pub async fn id_of(&self, name: &EventName) -> Result<EventId, EventError> {
        match name {
            EventName::Id(id) => Ok(*id),
            EventName::Slug(slug) => self.repository.id_of(slug).await?.ok_or(EventError::NotFound),
        }
    }

    /// The id of the event that a request names, and its conference; none if there is no such event.
    pub async fn place_of(&self, name: &EventName) -> Result<Option<(EventId, Option<Slug>)>, EventError> {
        let id = match self.id_of(name).await {
            Err(EventError::NotFound) => return Ok(None),
            other => other?,
        };
        Ok(self.repository.by_id(id).await?.map(|event| (id, event.details.conference)))
    }

    /// An event as the caller sees it, with their own registration.
    pub async fn show(&self, id: EventId, access: &Access) -> Result<EventView, EventError> {
        let own = async {
            match access.user {
                Some(user) => self.repository.registration(id, user).await,
                None => Ok(None),
            }
        };
        let (event, seats, own) = tokio::try_join!(self.repository.by_id(id), self.repository.seats(id), own)?;
        let (event, seats) = event.zip(seats).ok_or(EventError::NotFound)?;
        if !event.is_public() && !access.owns(&event) {
            return Err(EventError::NotFound);
        }
        Ok(self.view(event, &seats, own, access))
    }

    /// An event in a calendar. Its link opens it in the mini app, which is at `app`.
    pub async fn calendar(&self, id: EventId, app: &HttpsUrl) -> Result<Calendar, EventError> {
        Ok(super::calendar::calendar(&self.public(id).await?, app))
    }

    /// How an event is shared. Its link opens it in the mini app, which is at `app`.
    pub async fn share(&self, id: EventId, app: &HttpsUrl) -> Result<Share, EventError> {
        Ok(Share::of(&self.public(id).await?, app))
    }

    /// Applies a command to a user's registration.
    pub async fn apply(
        &self,
        command: RegistrationCommand<'_>,
        event: EventId,
        user: UserId,
    ) -> Result<Outcome, EventError> {
        self.registrar.apply(command, event, user).await
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

    /// An event that the caller may change.
    async fn owned(&self, id: EventId, access: &Access) -> Result<Event, EventError> {
        let event = self.repository.by_id(id).await?.ok_or(EventError::NotFound)?;
        access.claim(&event)?;
        Ok(event)
    }

    async fn at_version(&self, id: EventId, access: &Access, expected: &Expected) -> Result<Event, EventError> {
        let event = self.owned(id, access).await?;
        if expected.has(event.version) { Ok(event) } else { Err(EventError::PreconditionFailed) }
    }

    /// What the audit has of a change of an event.
    fn entry(&self, actor: &Actor, action: &str, before: &Event, after: &Event) -> AuditEntry {
        let changes = Changes::between(Some(before), Some(after), &SHOWN);
        AuditEntry::new(actor, action, format!("events/{}", after.id), changes, self.clock.now(), &self.random)
    }

    fn view(&self, event: Event, seats: &Seats, own: Option<Registration>, access: &Access) -> EventView {
        let is_theirs = access.owns(&event);
        EventView::new(event, seats, own, is_theirs, self.clock.now())
    }

    /// An event after a change, with its seats as they are then.
    async fn changed(&self, event: Event, access: &Access) -> Result<EventView, EventError> {
        let seats = self.repository.seats(event.id).await?.ok_or(EventError::NotFound)?;
        Ok(self.view(event, &seats, None, access))
    }
}
