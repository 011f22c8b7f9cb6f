//! Authentication: Telegram logins, tokens, login sessions and API keys, and their permissions.

pub mod api_key;
pub mod config;
pub mod confirmation;
pub mod error;
pub mod init_data;
mod items;
pub mod jwt;
pub mod keys;
pub mod login_widget;
pub mod model;
pub mod privacy;
pub mod repository;
pub mod rights;
pub mod service;

use crate::platform::Platform;
use crate::users;
use config::AuthConfig;
use service::{AuthService, SessionService};

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Logins and credentials.
    pub service: AuthService,
    /// Login sessions. They need none of the keys.
    pub sessions: SessionService,
}

impl Domain {
    /// Authentication of users, with these keys.
    pub fn new(platform: &Platform, config: AuthConfig, users: &users::Domain) -> Self {
        let service = AuthService::new(platform, config, users.service.clone());
        Self { service, sessions: SessionService::new(platform) }
    }
}
