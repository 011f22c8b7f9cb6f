//! Check-in and its rules: the methods of [`CheckinService`].
//!
//! | file | methods |
//! | --- | --- |
//! | here | `keys`, `list` |
//! | `lists` | `lists`, `create_list`, `update_list`, `delete_list` |
//! | `redeem` | `redeem`, `redemptions`, `undo`: scans of one ticket |
//! | `batch` | `redeem_batch`: scans of many |
//! | `apply` | the result of scans, computed without a read or a write |
//! | `snapshot` | `snapshot`: tickets for offline scanners |
//! | `status` | `status` |

#![warn(missing_docs)]

mod apply;
mod batch;
mod lists;
mod redeem;
mod snapshot;
mod status;

pub use batch::{BATCH, BatchRequest};
pub use lists::{CheckinListPatch, NewCheckinList};
pub use snapshot::{LONGEST_WRITE, SNAPSHOT_PAGE};

use super::error::CheckinError;
use super::model::CheckinList;
use super::repository::CheckinRepository;
use crate::attendees::qr::{TicketKey, TicketKeys};
use crate::attendees::service::TicketService;
use crate::conferences::service::ConferenceService;
use crate::id::CheckinListId;
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::time::Clock;

/// Check-in.
#[derive(Clone, Debug)]
pub struct CheckinService {
    repository: CheckinRepository,
    tickets: TicketService,
    conferences: ConferenceService,
    ticket_keys: TicketKeys,
    clock: Clock,
    random: Random,
}

impl CheckinService {
    /// On this platform. `ticket_keys` verify the QR codes of tickets.
    pub fn new(
        platform: &Platform,
        tickets: TicketService,
        conferences: ConferenceService,
        ticket_keys: TicketKeys,
    ) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: CheckinRepository::new(platform), tickets, conferences, ticket_keys, clock, random }
    }

    /// The public keys of the QR codes on a conference's tickets, the current one first.
    pub async fn keys(&self, conference: &Slug) -> Result<Vec<TicketKey>, CheckinError> {
        self.conferences.get(conference).await?;
        Ok(self.ticket_keys.public())
    }

    /// A list.
    pub async fn list(&self, conference: &Slug, id: CheckinListId) -> Result<CheckinList, CheckinError> {
        self.repository.list(conference, id).await?.ok_or(CheckinError::NoList)
    }
}

/// The caller who scans.
#[derive(Clone, Debug)]
pub struct Operator {
    /// A user or an API key.
    pub name: String,
    /// Whether they are a supervisor.
    pub may_force: bool,
}
