//! Check-in: who may come in where, scans of tickets at the entrances, and how many are inside.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

pub mod error;
pub mod items;
pub mod keys;
pub mod model;
pub mod repository;
pub mod scan_log;
pub mod service;
pub mod view;

use crate::attendees::qr::TicketKeys;
use crate::platform::Platform;
use crate::{attendees, conferences};
use service::CheckinService;

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Lists and scans.
    pub service: CheckinService,
}

impl Domain {
    /// Check-in of the tickets of conferences, whose QR codes `keys` verify.
    pub fn new(
        platform: &Platform,
        keys: TicketKeys,
        attendees: &attendees::Domain,
        conferences: &conferences::Domain,
    ) -> Self {
        let (tickets, conferences) = (attendees.tickets.clone(), conferences.service.clone());
        Self { service: CheckinService::new(platform, tickets, conferences, keys) }
    }
}
