//! What can be done with tickets, and its rules.

mod claim;
mod directory;
mod files;
mod groups;
mod importer;
mod imports;
mod ticketing;
mod tickets;

pub use importer::Importer;
pub use imports::{ImportService, NewImport, Report};
pub use ticketing::{Reception, TicketingWebhook};
pub use tickets::{TicketPatch, TicketQuery, TicketService, Transfer};

use super::qr::TicketKeys;
use super::repository::TicketRepository;
use crate::conferences::service::ConferenceService;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Clock;
use crate::users::service::UserService;

/// Attendees: whose tickets are whose, and who wants to be found.
#[derive(Clone, Debug)]
pub struct AttendeeService {
    pub(super) repository: TicketRepository,
    pub(super) users: UserService,
    pub(super) conferences: ConferenceService,
    pub(super) keys: TicketKeys,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl AttendeeService {
    /// On this platform. `keys` sign the QR codes.
    pub fn new(platform: &Platform, users: UserService, conferences: ConferenceService, keys: TicketKeys) -> Self {
        let (repository, clock) = (TicketRepository::new(platform), platform.clock.clone());
        Self { repository, users, conferences, keys, clock, random: platform.random.clone() }
    }
}
