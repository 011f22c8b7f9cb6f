//! The agenda of a conference: a draft that organisers write and import, and the numbered releases that everybody
//! reads.

pub mod bookmark;
pub mod diff;
pub mod error;
pub mod filter;
mod items;
pub mod keys;
pub mod model;
pub mod notices;
pub mod reconcile;
pub mod release;
pub mod released;
pub mod repository;
pub mod schedule;
pub mod service;
mod shelf;
pub mod view;
pub mod warnings;

#[cfg(test)]
mod tests;

use crate::platform::Platform;
use crate::{conferences, speakers};
use service::{AgendaService, Bookmarks, Releases};

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Drafts and releases.
    pub service: AgendaService,
    /// Bookmarks of sessions.
    pub bookmarks: Bookmarks,
}

impl Domain {
    /// Agendas of conferences, whose sessions have speakers.
    pub fn new(platform: &Platform, conferences: &conferences::Domain, speakers: &speakers::Domain) -> Self {
        let (conferences, speakers) = (conferences.service.clone(), speakers.service.clone());
        let releases = Releases::new(platform);
        let bookmarks = Bookmarks::new(platform, conferences.clone(), releases.clone());
        Self { service: AgendaService::new(platform, conferences, speakers, releases), bookmarks }
    }
}
