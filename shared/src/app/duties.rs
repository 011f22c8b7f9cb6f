//! Parts that functions without an HTTP side are made of too: what falls due, and whom groups are made of.

use crate::agenda::repository::{AgendaRepository, BookmarkRepository};
use crate::agenda::service::{Bookmarkers, Bookmarks};
use crate::attendees::repository::TicketRepository;
use crate::attendees::service::{AttendeeEraser, AttendeeGroups};
use crate::auth::repository::AuthRepository;
use crate::auth::service::SessionService;
use crate::calendar::repository::CalendarRepository;
use crate::calendar::service::{PlanEraser, Reminders};
use crate::clients::storage::SharedStorage;
use crate::conferences::repository::ConferenceRepository;
use crate::conferences::service::ConferenceWeeks;
use crate::dynamo::Dynamo;
use crate::events::repository::EventRepository;
use crate::events::service::{EventEraser, Participants, Registrar};
use crate::media::repository::MediaRepository;
use crate::media::service::MediaService;
use crate::notifications::group::GroupSources;
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::{FeedEraser, Reminder};
use crate::privacy::holdings::Holdings;
use crate::privacy::service::ErasureService;
use crate::random::Random;
use crate::telegram::repository::TelegramRepository;
use crate::telegram::service::Memberships;
use crate::time::Clock;
use crate::users::repository::UserRepository;
use crate::users::service::Eraser;

/// The domains that know groups of users.
pub(super) fn group_sources(dynamo: &Dynamo, random: &Random) -> GroupSources {
    let participants = Participants::new(EventRepository::new(dynamo, random.clone()));
    let bookmarkers = Bookmarkers::new(BookmarkRepository::new(dynamo, random.clone()));
    let attendees = AttendeeGroups::new(TicketRepository::new(dynamo, random.clone()));
    GroupSources::new(vec![Box::new(participants), Box::new(bookmarkers), Box::new(attendees)])
}

/// Bookmarks.
pub(super) fn bookmarks(dynamo: &Dynamo, clock: &Clock, random: &Random) -> Bookmarks {
    let agendas = AgendaRepository::new(dynamo, random.clone());
    Bookmarks::new(BookmarkRepository::new(dynamo, random.clone()), agendas, clock.clone())
}

/// Uploads, for functions that have no HTTP side. Whoever has no storage can do nothing but read records.
pub fn media(dynamo: &Dynamo, storage: Option<SharedStorage>, clock: Clock, random: Random) -> MediaService {
    MediaService::new(MediaRepository::new(dynamo, random.clone()), storage, None, clock, random)
}

/// What carries erasures out, for the function that does only that.
pub fn erasures(dynamo: &Dynamo, media: MediaService, clock: Clock, random: Random) -> ErasureService {
    let users = Eraser::new(UserRepository::new(dynamo, random.clone()), clock.clone());
    let sessions = SessionService::new(AuthRepository::new(dynamo, random.clone()), clock.clone());
    let feeds = FeedEraser::new(NotificationRepository::new(dynamo, random.clone()));
    let memberships = Memberships::new(TelegramRepository::new(dynamo, random.clone()));
    let holdings = holdings(dynamo, media, &clock, &random);
    ErasureService::new(users, sessions, feeds, memberships, holdings)
}

/// What the domains of the conference week hold of people.
pub(super) fn holdings(dynamo: &Dynamo, media: MediaService, clock: &Clock, random: &Random) -> Holdings {
    Holdings {
        events: EventEraser::new(EventRepository::new(dynamo, random.clone()), clock.clone(), random.clone()),
        plans: PlanEraser::new(CalendarRepository::new(dynamo, random.clone()), bookmarks(dynamo, clock, random)),
        media,
        tickets: AttendeeEraser::new(TicketRepository::new(dynamo, random.clone()), clock.clone()),
    }
}

/// What reminds of sessions and side events that are about to begin.
pub fn reminders(dynamo: &Dynamo, clock: Clock, random: Random) -> Reminders {
    let conferences = ConferenceWeeks::new(ConferenceRepository::new(dynamo));
    let participants = Participants::new(EventRepository::new(dynamo, random.clone()));
    let bookmarks = bookmarks(dynamo, &clock, &random);
    let reminder = Reminder::new(NotificationRepository::new(dynamo, random.clone()), clock.clone(), random);
    Reminders::new(conferences, (bookmarks, participants), reminder, clock)
}

/// What looks after registrations as time passes.
pub fn registrar(dynamo: &Dynamo, clock: Clock, random: Random) -> Registrar {
    Registrar::new(EventRepository::new(dynamo, random.clone()), clock, random)
}
