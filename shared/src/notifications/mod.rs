//! Notifications: messages to one user or an audience, in the feed and on Telegram.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

pub mod approval;
pub mod audience;
mod builtin;
pub mod cause;
pub mod chunk;
pub mod content;
pub mod errand;
pub mod error;
pub mod group;
pub mod html;
pub mod items;
pub mod job;
pub mod keys;
pub mod lead;
pub mod locale;
pub mod messages;
pub mod model;
pub mod newest;
pub mod notice;
pub mod pace;
pub mod preferences;
pub mod privacy;
pub mod reply;
pub mod repository;
pub mod service;
pub mod template;
pub mod view;

use crate::platform::Platform;
use crate::users;
use service::{GroupSources, NotificationService};

/// The domain's services, for the API and other domains. The workers use parts of their own.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Feeds, preferences, templates and jobs.
    pub service: NotificationService,
}

impl Domain {
    /// Notifications to users, and to the groups that `sources` know.
    pub fn new(platform: &Platform, users: &users::Domain, sources: GroupSources) -> Self {
        Self { service: NotificationService::new(platform, users.service.clone(), sources) }
    }
}
