//! Speakers of a conference: who they are, and which user they are.

pub mod error;
pub mod import;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;

use crate::platform::Platform;
use crate::{conferences, users};
use service::SpeakerService;

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Speakers.
    pub service: SpeakerService,
}

impl Domain {
    /// Speakers of conferences; a speaker may be a user.
    pub fn new(platform: &Platform, conferences: &conferences::Domain, users: &users::Domain) -> Self {
        Self { service: SpeakerService::new(platform, conferences.service.clone(), users.service.clone()) }
    }
}
