//! The operations on agendas, and their rules.
//!
//! The methods of [`AgendaService`] are in the file of what they do:
//!
//! - here: `current`, `current_number`, `release`, `releases`
//! - `draft`: `draft`, `diff`, and what the others read and change the draft with
//! - `sessions`: `create_session`, `update_session`, `delete_session`
//! - `import`: `import`
//! - `export`: `export`, `export_draft`
//! - `publish`: `publish`
//!
//! [`Releases`] is in `releases`: `number`, `current` and `with_number`, as the instance remembers them; `newest`, as it
//! is now; `see`, which remembers.
//!
//! [`Bookmarks`] is in `bookmarks`: `put`, `delete` and `plan` for users; `plans`, `current` and `bookmarkers` for
//! calendars and reminders; `everything` and `forget` for privacy. It also tells notifications who bookmarked a
//! session.

mod bookmarks;
mod draft;
mod export;
mod import;
mod publish;
mod releases;
mod sessions;

pub use super::schedule::File;
pub use super::view::{ImportOptions, ImportReport, NewSession, SessionPatch};
pub use bookmarks::Bookmarks;
pub use releases::Releases;

use std::sync::Arc;

use super::error::AgendaError;
use super::model::{Head, Release};
use super::released::Released;
use super::repository::AgendaRepository;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::conferences::service::ConferenceService;
use crate::page::{Page, PageRequest};
use crate::platform::Platform;
use crate::random::Random;
use crate::speakers::service::SpeakerService;
use crate::text::Slug;
use crate::time::Clock;

/// The rules for agendas.
#[derive(Clone, Debug)]
pub struct AgendaService {
    repository: AgendaRepository,
    conferences: ConferenceService,
    speakers: SpeakerService,
    releases: Releases,
    clock: Clock,
    random: Random,
}

impl AgendaService {
    /// On this platform, of these conferences, with these speakers.
    pub fn new(
        platform: &Platform,
        conferences: ConferenceService,
        speakers: SpeakerService,
        releases: Releases,
    ) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: AgendaRepository::new(platform), conferences, speakers, releases, clock, random }
    }

    /// The number of the current release, as the instance knows it. A reader who has that release already needs no
    /// more.
    pub async fn current_number(&self, conference: &Slug) -> Result<u64, AgendaError> {
        self.releases.number(conference).await?.ok_or(AgendaError::NotReleased)
    }

    /// The current release, as the instance knows it.
    pub async fn current(&self, conference: &Slug) -> Result<Arc<Released>, AgendaError> {
        self.releases.current(conference).await?.ok_or(AgendaError::NotReleased)
    }

    /// The release with this number.
    pub async fn release(&self, conference: &Slug, number: u64) -> Result<Arc<Released>, AgendaError> {
        self.releases.with_number(conference, number).await?.ok_or(AgendaError::ReleaseNotFound(number))
    }

    /// A page of the summaries of all releases, newest first.
    pub async fn releases(&self, conference: &Slug, page: &PageRequest) -> Result<Page<Release>, AgendaError> {
        let context = ["releases", conference.as_str()];
        let after = page.after(&context)?;
        let found = self.repository.releases(conference, page.limit, after).await?;
        if found.items.is_empty() {
            self.conferences.get(conference).await?;
        }
        Ok(page.page(&context, found.items, found.last))
    }

    /// What the audit has of an act on the agenda at `path`, which is empty for the agenda itself.
    fn entry(&self, actor: &Actor, action: &str, conference: &Slug, path: &str, changes: Changes) -> AuditEntry {
        let object = format!("conferences/{conference}/agenda{path}");
        AuditEntry::new(actor, action, object, changes, self.clock.now(), &self.random)
    }

    /// The release that a head points to, if any.
    async fn released(&self, head: &Head) -> Result<Option<Arc<Released>>, AgendaError> {
        match head.release {
            Some(number) => self.release(&head.conference, number).await.map(Some),
            None => Ok(None),
        }
    }
}
