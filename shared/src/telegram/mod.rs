//! What the bot hears: commands, blocks, and memberships of groups. What it sends belongs to notifications.

pub mod error;
mod items;
pub mod keys;
pub mod messages;
pub mod model;
pub mod privacy;
pub mod repository;
pub mod service;

use crate::config::Secret;
use crate::platform::Platform;
use crate::{notifications, users};
use service::TelegramService;

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Updates, and what follows from them.
    pub service: TelegramService,
}

impl Domain {
    /// What users say to the bot. `secret` is what Telegram calls the webhook with; without it, nobody can call it.
    pub fn new(
        platform: &Platform,
        secret: Option<Secret>,
        users: &users::Domain,
        notifications: &notifications::Domain,
    ) -> Self {
        let (users, notifications) = (users.service.clone(), notifications.service.clone());
        Self { service: TelegramService::new(platform, secret, users, notifications) }
    }
}
