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
//! [`Bookmarks`] is in `bookmarks`: `put`, `delete` and `plan` for users; `plans`, `current` and `bookmarkers` for
//! calendars and reminders; `everything` and `forget` for privacy. It also tells notifications who bookmarked a
//! session.

mod bookmarks;
mod draft;
mod export;
mod import;
mod publish;
mod sessions;

pub use super::schedule::File;
pub use super::view::{ImportOptions, ImportReport, NewSession, SessionPatch};
pub use bookmarks::Bookmarks;

use super::error::AgendaError;
use super::model::{Agenda, Head, Release};
use super::repository::AgendaRepository;
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
    clock: Clock,
    random: Random,
}

impl AgendaService {
    /// On this platform, of these conferences, with these speakers.
    pub fn new(platform: &Platform, conferences: ConferenceService, speakers: SpeakerService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: AgendaRepository::new(platform), conferences, speakers, clock, random }
    }

    /// The number of the current release. A reader who has that release already needs no more.
    pub async fn current_number(&self, conference: &Slug) -> Result<u64, AgendaError> {
        self.repository.head(conference).await?.release.ok_or(AgendaError::NotReleased)
    }

    /// The current release: two requests.
    pub async fn current(&self, conference: &Slug) -> Result<Agenda, AgendaError> {
        let number = self.current_number(conference).await?;
        self.release(conference, number).await
    }

    /// The release with this number.
    pub async fn release(&self, conference: &Slug, number: u64) -> Result<Agenda, AgendaError> {
        self.repository.release(conference, number).await?.ok_or(AgendaError::ReleaseNotFound(number))
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

    /// The release that a head points to, if any.
    async fn released(&self, head: &Head) -> Result<Option<Agenda>, AgendaError> {
        match head.release {
            Some(number) => self.release(&head.conference, number).await.map(Some),
            None => Ok(None),
        }
    }
}
