//! What can be done with tickets, and its rules.
//!
//! | type | file | methods |
//! | --- | --- | --- |
//! | [`AttendeeService`] | `claim` | `claim`, `claim_by_email`, `own` |
//! | | `directory` | `directory`, `set_listed` |
//! | | `privacy` | `everything` |
//! | [`TicketService`] | `tickets` | `by_code`, `by_codes`, `changes`, `counts`, `list`, `update` |
//! | [`TicketingWebhook`] | `ticketing` | `receive` |
//! | [`ImportService`] | `imports` | `create`, `get`, `report`, `whole_report` |
//! | [`Importer`] | `importer` | `run`: the worker |
//! | [`Files`] | `files` | `read`: where the worker has its rows from |
//! | [`AttendeeGroups`] | `group` | the group of those with a ticket |
//! | [`AttendeeEraser`] | `privacy` | `erase` |

#![warn(missing_docs)]

mod claim;
mod directory;
mod files;
mod group;
mod importer;
mod imports;
mod privacy;
mod ticketing;
mod tickets;

pub use files::Files;
pub use group::AttendeeGroups;
pub use importer::Importer;
pub use imports::{ImportService, NewImport, Report};
pub use privacy::AttendeeEraser;
pub use ticketing::{Reception, TicketingWebhook};
pub use tickets::{TicketPatch, TicketQuery, TicketService, Transfer};

use super::qr::TicketKeys;
use super::repository::TicketRepository;
use crate::conferences::service::ConferenceService;
use crate::config::Secret;
use crate::page::Cursors;
use crate::time::Clock;
use crate::users::service::UserService;

/// Tries to store a change that loses to other changes of the same ticket, before it is given up. Each time another one has got
/// through, and a ticket has few who change it at once.
const SAVE_TRIES: usize = 20;

/// Attendees: whose tickets are whose, and who wants to be found.
#[derive(Clone, Debug)]
pub struct AttendeeService {
    repository: TicketRepository,
    users: UserService,
    conferences: ConferenceService,
    keys: TicketKeys,
    cursors: Cursors,
    clock: Clock,
}

impl AttendeeService {
    /// `keys` sign QR codes, `signing_key` cursors.
    pub fn new(
        repository: TicketRepository,
        users: UserService,
        conferences: ConferenceService,
        keys: TicketKeys,
        signing_key: Secret,
        clock: Clock,
    ) -> Self {
        Self { repository, users, conferences, keys, cursors: Cursors::new(signing_key), clock }
    }
}
