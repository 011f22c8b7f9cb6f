//! The import worker: imports a file's rows group by group, several groups at once.
//!
//! The tickets of a group and the results of its rows are one transaction, and the results are written once. If the
//! worker crashes, the next worker reads which groups are done, so no row is imported or counted twice. After each page
//! of groups the import's counts are computed from the results, and stored with the position in the file.

use futures_util::{StreamExt, TryStreamExt, stream};

use super::files::{FileError, Files};
use super::imports::message;
use crate::attendees::error::AttendeeError;
use crate::attendees::file::{self, Row};
use crate::attendees::import::{GROUP, GroupResult, Import, ImportId, ImportState, Refusal, RefusalReason};
use crate::attendees::repository::TicketRepository;
use crate::conferences::error::ConferenceError;
use crate::conferences::service::ConferenceService;
use crate::media::service::MediaService;
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::time::{Clock, Time};
use crate::users::service::UserService;

/// Groups of a page, after which the position is stored. After a crash, the next worker reads the results of at most
/// one page.
const PAGE: u32 = 32;
/// Groups that are imported at once.
const PARALLEL: usize = 8;

/// Makes imports.
#[derive(Clone, Debug)]
pub struct Importer {
    pub(super) repository: TicketRepository,
    conferences: ConferenceService,
    pub(super) users: UserService,
    files: Files,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl Importer {
    /// On this platform, of these uploads, for these users.
    pub fn new(platform: &Platform, conferences: ConferenceService, users: UserService, media: MediaService) -> Self {
        Self {
            repository: TicketRepository::new(platform),
            conferences,
            users,
            files: Files::new(platform, media),
            clock: platform.clock.clone(),
            random: platform.random.clone(),
        }
    }

    /// Continues an import. After `deadline` the rest goes into a new message.
    pub async fn run(&self, conference: &Slug, id: ImportId, deadline: Time) -> Result<(), AttendeeError> {
        let Some(import) = self.repository.import(conference, id).await? else { return Ok(()) };
        if import.is_over() {
            // The worker that ended it may have crashed before it deleted the file.
            self.discard_file(&import).await;
            return Ok(());
        }
        match self.rows(&import).await {
            Ok(rows) => self.import(import, &rows, deadline).await,
            Err(FileError::Refused(refusal)) => self.refuse(import, refusal).await,
            Err(FileError::Failed(error)) => Err(error),
        }
    }

    /// Imports page after page, and stores each with the position.
    async fn import(&self, mut import: Import, rows: &[Row], deadline: Time) -> Result<(), AttendeeError> {
        let all = number(rows.len().div_ceil(GROUP));
        import.counts.total = number(rows.len());
        loop {
            let page = import.groups..all.min(import.groups.saturating_add(PAGE));
            for result in self.page(&import, rows, page.clone()).await? {
                import.counts.add(&result.rows);
            }
            import.groups = page.end;
            let over = import.groups == all;
            import.state = if over { ImportState::Finished } else { ImportState::Running };
            let now = self.clock.now();
            import.stamp(now);
            let hand_over = !over && now >= deadline;
            let message = hand_over.then(|| message(&import, now, &self.random)).transpose()?;
            match self.repository.save_import(&import, message.as_ref()).await {
                Ok(()) if over => {
                    tracing::info!(import.id = %import.id, rows = import.counts.total, "ticket_import.finished");
                    self.discard_file(&import).await;
                    return Ok(());
                }
                Ok(()) if hand_over => return Ok(()),
                Ok(()) => {}
                // Another worker was faster, and continues the import.
                Err(AttendeeError::VersionConflict) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    async fn rows(&self, import: &Import) -> Result<Vec<Row>, FileError> {
        let gone = || Refusal::new(RefusalReason::NoConference, "The conference no longer exists. Check the slug.");
        let conference = match self.conferences.get(&import.conference).await {
            Err(ConferenceError::NotFound) => return Err(gone().into()),
            found => found?,
        };
        let rows = file::read(import.format, &self.files.read(import).await?, &conference.timezone)?;
        // A dry run writes no tickets, so it does not open the conference for them.
        if !import.dry_run {
            match self.repository.open(&import.conference).await {
                Err(AttendeeError::NoConference) => return Err(gone().into()),
                opened => opened?,
            }
        }
        Ok(rows)
    }

    async fn refuse(&self, mut import: Import, refusal: Refusal) -> Result<(), AttendeeError> {
        tracing::info!(import.id = %import.id, reason = ?refusal.reason, "ticket_import.refused");
        (import.state, import.refusal) = (ImportState::Refused, Some(refusal));
        import.stamp(self.clock.now());
        match self.repository.save_import(&import, None).await {
            Ok(()) => self.discard_file(&import).await,
            Err(AttendeeError::VersionConflict) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Deletes the file of an import that is over: it is a list of people. An import does not fail by it, as
    /// `housekeeping` and the storage delete what is left.
    async fn discard_file(&self, import: &Import) {
        if let Err(error) = self.files.discard(import).await {
            tracing::warn!(import.id = %import.id, %error, "ticket_import.file_not_deleted");
        }
    }

    /// Imports the groups of a page that are not done, several at once. Returns the results of all groups of the page.
    async fn page(
        &self,
        import: &Import,
        rows: &[Row],
        page: std::ops::Range<u32>,
    ) -> Result<Vec<GroupResult>, AttendeeError> {
        let count = page.end - page.start;
        let mut results = self.repository.groups(&import.conference, import.id, page.start, count).await?;
        let left: Vec<u32> = page.filter(|group| results.iter().all(|done| done.group != *group)).collect();
        let groups = left.into_iter().map(|group| self.group(import, rows, group));
        let done: Vec<GroupResult> = stream::iter(groups).buffer_unordered(PARALLEL).try_collect().await?;
        results.extend(done);
        Ok(results)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
