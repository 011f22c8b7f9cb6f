//! Conferences: what everything else of a conference week hangs from.

pub mod error;
mod items;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;

use crate::platform::Platform;
use service::ConferenceService;

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Conferences.
    pub service: ConferenceService,
}

impl Domain {
    /// On this platform.
    pub fn new(platform: &Platform) -> Self {
        Self { service: ConferenceService::new(platform) }
    }
}
