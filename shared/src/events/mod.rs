//! Side events of a conference week: registration, approval, a waitlist with offers that expire.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

pub mod access;
pub mod calendar;
pub mod code;
pub mod degrees;
pub mod details;
pub mod error;
mod items;
pub mod keys;
pub mod listing;
pub mod messages;
pub mod model;
pub mod patch;
pub mod privacy;
pub mod registration;
pub mod repository;
pub mod revision;
pub mod seats;
pub mod service;
pub mod share;
mod tasks;
pub mod telling;
pub mod view;

use crate::platform::Platform;
use crate::{conferences, users};
use service::EventService;

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Side events and registrations.
    pub service: EventService,
}

impl Domain {
    /// Side events in the weeks of conferences, by users and for users.
    pub fn new(platform: &Platform, conferences: &conferences::Domain, users: &users::Domain) -> Self {
        Self { service: EventService::new(platform, conferences.service.clone(), users.service.clone()) }
    }
}
