//! Attendees: tickets, their imports, claims and the attendee directory.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

pub mod error;
pub mod file;
pub mod import;
mod items;
pub mod keys;
pub mod messages;
pub mod model;
pub mod privacy;
pub mod qr;
pub mod release;
pub mod repository;
pub mod service;
pub mod signature;
pub mod source;
mod tasks;
pub mod view;
pub mod webhook;

use crate::platform::Platform;
use crate::{conferences, media, users};
use qr::TicketKeys;
use service::{AttendeeService, ImportService, TicketService, TicketingWebhook};
use signature::WebhookSecrets;

/// Keys of tickets. A function without the keys makes no QR codes, and a function without the secrets accepts no
/// ticketing event.
#[derive(Clone, Debug, Default)]
pub struct AttendeeKeys {
    /// Sign and verify the QR codes of tickets.
    pub tickets: TicketKeys,
    /// What the ticketing system signs its events with.
    pub ticketing: WebhookSecrets,
}

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Claims and the attendee directory.
    pub service: AttendeeService,
    /// Tickets, for organisers and check-in.
    pub tickets: TicketService,
    /// Imports of tickets.
    pub imports: ImportService,
    /// Events of the ticketing system.
    pub ticketing: TicketingWebhook,
}

impl Domain {
    /// Tickets of conferences, which users claim; files of tickets are uploads.
    pub fn new(
        platform: &Platform,
        keys: AttendeeKeys,
        conferences: &conferences::Domain,
        users: &users::Domain,
        media: &media::Domain,
    ) -> Self {
        let (users, conferences) = (users.service.clone(), conferences.service.clone());
        Self {
            service: AttendeeService::new(platform, users.clone(), conferences.clone(), keys.tickets),
            tickets: TicketService::new(platform, conferences, users.clone()),
            imports: ImportService::new(platform, media.service.clone()),
            ticketing: TicketingWebhook::new(platform, keys.ticketing, users),
        }
    }
}
