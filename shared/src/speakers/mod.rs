//! Speakers of a conference, and the user that each of them may be.

pub mod error;
mod items;
pub mod keys;
mod matching;
pub mod model;
pub mod person;
pub mod privacy;
pub mod repository;
pub mod service;
pub mod view;

#[cfg(test)]
mod tests;

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
