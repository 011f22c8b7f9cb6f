//! Conferences: the weeks that sessions, speakers, tickets and check-in lists belong to.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

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
    pub service: ConferenceService,
}

impl Domain {
    pub fn new(platform: &Platform) -> Self {
        Self { service: ConferenceService::new(platform) }
    }
}
