//! The floor plan: all domains, in the order in which they depend on each other, and what they join: configuration,
//! export and erasure, scheduled tasks, groups of users. A new domain is a field and a line or two here.

use reqwest::Url;
use serde::Serialize;
use utoipa::ToSchema;

use crate::attendees::AttendeeKeys;
use crate::attendees::qr::TicketKeys;
use crate::attendees::signature::WebhookSecrets;
use crate::auth::privacy::SessionExport;
use crate::auth::service::SessionService;
use crate::clients::storage::SharedStorage;
use crate::config::{Env, Secret};
use crate::media::service::MediaConfig;
use crate::notifications::service::GroupSources;
use crate::personal_data::PersonalData;
use crate::platform::Platform;
use crate::scheduled::ScheduledTasks;
use crate::time::Time;
use crate::users::service::UserConfig;
use crate::{
    agenda, attendees, calendar, checkin, conferences, events, media, notifications, privacy, speakers, telegram, users,
};

/// What the domains are configured with. Without keys and secrets a part refuses what needs them, so a worker that
/// needs none gets none.
#[derive(Clone, Debug, Default)]
pub struct DomainConfig {
    /// The settings of users: which profiles they see.
    pub users: UserConfig,
    /// What tickets and the ticketing system's events are signed with.
    pub attendees: AttendeeKeys,
    /// Where uploads are.
    pub media: MediaConfig,
    /// What Telegram calls the webhook with.
    pub webhook_secret: Option<Secret>,
}

impl DomainConfig {
    /// Reads all parts but the storage.
    pub fn read(env: &mut Env) -> Self {
        Self {
            users: UserConfig::read(env),
            attendees: AttendeeKeys { tickets: TicketKeys::read(env), ticketing: WebhookSecrets::read(env) },
            media: MediaConfig { storage: None, cdn: env.optional::<Url>("CDN_URL") },
            webhook_secret: env.optional("TELEGRAM_WEBHOOK_SECRET"),
        }
    }

    /// The configuration of a function that touches uploads and needs no key.
    pub fn of_storage(storage: SharedStorage) -> Self {
        Self { media: MediaConfig { storage: Some(storage), cdn: None }, ..Self::default() }
    }
}

/// The domains that need no login, as the API and the workers have them.
#[derive(Clone, Debug)]
pub struct Domains {
    /// Profiles and the directory.
    pub users: users::Domain,
    /// Conferences.
    pub conferences: conferences::Domain,
    /// Speakers.
    pub speakers: speakers::Domain,
    /// Agendas and bookmarks.
    pub agenda: agenda::Domain,
    /// Side events and registrations.
    pub events: events::Domain,
    /// Uploads.
    pub media: media::Domain,
    /// Tickets and attendees.
    pub attendees: attendees::Domain,
    /// Check-in.
    pub checkin: checkin::Domain,
    /// Notifications.
    pub notifications: notifications::Domain,
    /// Calendars and reminders.
    pub calendar: calendar::Domain,
    /// The bot.
    pub telegram: telegram::Domain,
}

impl Domains {
    /// Builds each on the ones before it.
    pub fn new(platform: &Platform, config: DomainConfig) -> Self {
        let ticket_keys = config.attendees.tickets.clone();
        let users = users::Domain::new(platform, config.users);
        let conferences = conferences::Domain::new(platform);
        let speakers = speakers::Domain::new(platform, &conferences, &users);
        let agenda = agenda::Domain::new(platform, &conferences, &speakers);
        let events = events::Domain::new(platform, &conferences, &users);
        let media = media::Domain::new(platform, config.media);
        let attendees = attendees::Domain::new(platform, config.attendees, &conferences, &users, &media);
        let checkin = checkin::Domain::new(platform, ticket_keys, &attendees, &conferences);
        let groups = group_sources(&agenda, &events, &attendees);
        let notifications = notifications::Domain::new(platform, &users, groups);
        let calendar = calendar::Domain::new(platform, &conferences, &agenda, &events, &notifications, &users);
        let telegram = telegram::Domain::new(platform, config.webhook_secret, &users, &notifications);
        Self {
            users,
            conferences,
            speakers,
            agenda,
            events,
            media,
            attendees,
            checkin,
            notifications,
            calendar,
            telegram,
        }
    }

    /// The domains that know groups of users, for audiences.
    pub fn groups(&self) -> GroupSources {
        group_sources(&self.agenda, &self.events, &self.attendees)
    }

    /// Export and erasure, over all domains that hold something of a person.
    pub fn privacy(&self, platform: &Platform) -> privacy::Domain {
        let sessions = SessionService::new(platform);
        let holders: Vec<Box<dyn PersonalData>> = vec![
            // First, so that nobody who is being erased is logged in.
            Box::new(sessions.clone()),
            Box::new(self.notifications.service.clone()),
            Box::new(self.telegram.service.clone()),
            Box::new(self.events.service.clone()),
            Box::new(self.speakers.service.clone()),
            Box::new(self.calendar.service.clone()),
            Box::new(self.media.service.clone()),
            Box::new(self.attendees.service.clone()),
        ];
        privacy::Domain::new(platform, &self.users, sessions, holders)
    }

    /// The domains that have something to do as time passes.
    pub fn scheduled(&self, platform: &Platform) -> Vec<Box<dyn ScheduledTasks>> {
        vec![
            Box::new(self.events.service.clone()),
            Box::new(self.privacy(platform).service),
            Box::new(self.media.service.clone()),
            Box::new(self.attendees.imports.clone()),
        ]
    }
}

/// All personal data of a user.
// It only describes the answer, which is made of the sections of the holders in [`Domains::privacy`]. A section that is
// missing here fails the test that asks for an export.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalDataExport {
    /// Time of the export.
    exported_at: Time,
    #[serde(flatten)]
    users: users::privacy::UserExport,
    #[serde(flatten)]
    sessions: SessionExport,
    #[serde(flatten)]
    notifications: notifications::privacy::NotificationExport,
    #[serde(flatten)]
    telegram: telegram::privacy::TelegramExport,
    #[serde(flatten)]
    attendees: attendees::privacy::AttendeeExport,
    #[serde(flatten)]
    events: events::privacy::EventSection,
    #[serde(flatten)]
    speakers: speakers::privacy::SpeakerExport,
    #[serde(flatten)]
    calendar: calendar::privacy::PlanSection,
    #[serde(flatten)]
    media: media::privacy::MediaExport,
}

fn group_sources(agenda: &agenda::Domain, events: &events::Domain, attendees: &attendees::Domain) -> GroupSources {
    let (events, attendees) = (events.service.clone(), attendees.service.clone());
    GroupSources::new(vec![Box::new(events), Box::new(agenda.bookmarks.clone()), Box::new(attendees)])
}
