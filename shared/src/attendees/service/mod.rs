//! Tickets and attendees, and their rules.
//!
//! | type | file | methods |
//! | --- | --- | --- |
//! | [`AttendeeService`] | `claim` | `claim`, `claim_by_email`, `own` |
//! | | `directory` | `directory`, `set_listed` |
//! | | `groups` | attendees as a group |
//! | | `releases` | which claims a change of tickets ends |
//! | [`TicketService`] | `tickets` | `by_code`, `by_codes`, `changes`, `counts`, `list`, `update` |
//! | [`TicketingWebhook`] | `ticketing` | `receive` |
//! | [`ImportService`] | `imports` | `create`, `get`, `report`, `whole_report` |
//! | | `stalled` | `resume_stalled` |
//! | [`Importer`] | `importer` | `run`: the worker |
//! | | `rows` | `group`: what rows make of their tickets |
//! | | `files` | `read`: the rows of an import; `discard`: its file |

#![warn(missing_docs)]

mod claim;
mod directory;
mod files;
mod groups;
mod importer;
mod imports;
mod releases;
mod rows;
mod stalled;
mod ticketing;
mod tickets;

pub use importer::Importer;
pub use imports::{ImportService, NewImport, Report};
pub use ticketing::{Reception, TicketingWebhook};
pub use tickets::{TicketPatch, TicketQuery, TicketService, Transfer};

use super::qr::TicketKeys;
use super::repository::{TicketRepository, WrongClaimCounter};
use crate::conferences::service::ConferenceService;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Clock;
use crate::users::service::UserService;

/// Attendees: claims of tickets and the attendee directory.
#[derive(Clone, Debug)]
pub struct AttendeeService {
    pub(super) repository: TicketRepository,
    pub(super) wrong: WrongClaimCounter,
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
        let wrong = WrongClaimCounter::new(platform);
        Self { repository, wrong, users, conferences, keys, clock, random: platform.random.clone() }
    }
}
