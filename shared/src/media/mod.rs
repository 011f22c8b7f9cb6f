//! Uploads: what users and organisers store, checked before it is shown.

pub mod error;
mod items;
pub mod keys;
pub mod kind;
pub mod model;
pub mod privacy;
pub mod repository;
pub mod service;
mod signature;
mod tasks;
pub mod view;

use crate::platform::Platform;
use service::{MediaConfig, MediaService};

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Uploads.
    pub service: MediaService,
}

impl Domain {
    /// On this platform.
    pub fn new(platform: &Platform, config: MediaConfig) -> Self {
        Self { service: MediaService::new(platform, config) }
    }
}
