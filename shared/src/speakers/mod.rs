//! Speakers of a conference, and the users that they are linked to.

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
    /// Speakers of conferences. A speaker can be linked to a user.
    pub fn new(platform: &Platform, conferences: &conferences::Domain, users: &users::Domain) -> Self {
        Self { service: SpeakerService::new(platform, conferences.service.clone(), users.service.clone()) }
    }
}
