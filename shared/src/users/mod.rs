//! Users: the people of the conference, their profiles, their accounts elsewhere, and the directory that finds them.

pub mod contact;
mod derived;
pub mod error;
pub mod grants;
pub mod handles;
mod items;
pub mod keys;
pub mod listing;
pub mod mailbox;
pub mod member;
pub mod messages;
pub mod model;
pub mod privacy;
pub mod repository;
pub mod service;
pub mod standing;
pub mod start;
pub mod telegram_user;
pub mod verification;
pub mod view;

use crate::platform::Platform;
use service::{UserConfig, UserService};

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Profiles, the directory, and email addresses.
    pub service: UserService,
}

impl Domain {
    /// On this platform.
    pub fn new(platform: &Platform, config: UserConfig) -> Self {
        Self { service: UserService::new(platform, config) }
    }
}
