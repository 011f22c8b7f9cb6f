//! The floor plan: all domains, in the order in which they depend on each other. A new domain is a field and a line or
//! two here.

use super::config::DomainConfig;
use crate::auth::service::SessionService;
use crate::notifications::service::GroupSources;
use crate::personal_data::PersonalData;
use crate::platform::Platform;
use crate::scheduled::ScheduledTasks;
use crate::{
    agenda, attendees, calendar, checkin, conferences, events, media, notifications, privacy, speakers, telegram, users,
};

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
        let users = users::Domain::new(platform);
        let conferences = conferences::Domain::new(platform);
        let speakers = speakers::Domain::new(platform, &conferences, &users);
        let agenda = agenda::Domain::new(platform, &conferences, &speakers);
        let events = events::Domain::new(platform, &conferences, &users);
        let media = media::Domain::new(platform, config.media);
        let attendees = attendees::Domain::new(platform, config.attendees, &conferences, &users, &media);
        let checkin = checkin::Domain::new(platform, ticket_keys, &attendees, &conferences);
        let groups = group_sources(&agenda, &events, &attendees);
        let notifications = notifications::Domain::new(platform, &users, groups);
        let calendar = calendar::Domain::new(platform, &conferences, &agenda, &events, &notifications);
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
            Box::new(self.calendar.reminders.clone()),
            Box::new(self.privacy(platform).service),
            Box::new(self.media.service.clone()),
        ]
    }
}

fn group_sources(agenda: &agenda::Domain, events: &events::Domain, attendees: &attendees::Domain) -> GroupSources {
    let (events, attendees) = (events.service.clone(), attendees.service.clone());
    GroupSources::new(vec![Box::new(events), Box::new(agenda.bookmarks.clone()), Box::new(attendees)])
}
