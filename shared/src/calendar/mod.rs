//! A user's bookmarked sessions and side events: as a feed for calendar programs, and in reminders before they start.

pub mod error;
mod items;
pub mod keys;
pub mod model;
pub mod privacy;
pub mod repository;
pub mod service;

use crate::platform::Platform;
use crate::{agenda, conferences, events, notifications, users};
use service::{CalendarService, Reminders};

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Feeds for calendar programs.
    pub service: CalendarService,
    /// Reminders before sessions and side events start.
    pub reminders: Reminders,
}

impl Domain {
    /// Calendars of bookmarked sessions and side events, with reminders that are sent as notifications.
    pub fn new(
        platform: &Platform,
        conferences: &conferences::Domain,
        agenda: &agenda::Domain,
        events: &events::Domain,
        notifications: &notifications::Domain,
        users: &users::Domain,
    ) -> Self {
        let (bookmarks, events) = (agenda.bookmarks.clone(), events.service.clone());
        let service = CalendarService::new(platform, bookmarks.clone(), events.clone(), users.service.clone());
        let (conferences, notifications) = (conferences.service.clone(), notifications.service.clone());
        Self { service, reminders: Reminders::new(platform, conferences, bookmarks, events, notifications) }
    }
}
