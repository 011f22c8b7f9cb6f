//! The import worker: imports a file's rows group by group, several groups at once.
//!
//! The tickets of a group and the results of its rows are one transaction, and the results are written once. If the
//! worker crashes, the next worker reads which groups are done, so no row is imported or counted twice. After each page
//! of groups the import's counts are computed from the results, and stored with the position in the file.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::files::{FileError, Files};
use super::imports::message;
use super::releases::{end_claims, lost_claims};
use crate::attendees::error::AttendeeError;
use crate::attendees::file::{self, Row};
use crate::attendees::import::{
    GROUP, GroupResult, Import, ImportId, ImportState, Problem, Refusal, RefusalReason, RowResult, RowState,
};
use crate::attendees::messages::of_released;
use crate::attendees::model::{AsOf, Ticket, TicketCode};
use crate::attendees::repository::{Change, MAX_CHANGES, TicketRepository};
use crate::attendees::source::Applied;
use crate::conferences::error::ConferenceError;
use crate::conferences::service::ConferenceService;
use crate::dynamo::{Contention, OutboxMessage};
use crate::media::service::MediaService;
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::time::{Clock, Time};
use crate::users::service::UserService;

/// Groups of a page, after which the position is stored. After a crash, the next worker reads the results of at most
/// one page.
const PAGE: u32 = 32;
// A group of rows is one transaction.
const _: () = assert!(GROUP <= MAX_CHANGES);
/// Groups that are imported at once.
const PARALLEL: usize = 8;

/// Makes imports.
#[derive(Clone, Debug)]
pub struct Importer {
    repository: TicketRepository,
    conferences: ConferenceService,
    users: UserService,
    files: Files,
    clock: Clock,
    random: Random,
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
        let found = self.repository.import(conference, id).await?;
        let Some(import) = found.filter(|import| !import.is_over()) else { return Ok(()) };
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
            Ok(()) | Err(AttendeeError::VersionConflict) => Ok(()),
            Err(error) => Err(error),
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

    /// Imports a group. Returns the results of its rows, from this worker or from a faster one.
    async fn group(&self, import: &Import, rows: &[Row], group: u32) -> Result<GroupResult, AttendeeError> {
        let start = usize::try_from(group).unwrap_or(usize::MAX).saturating_mul(GROUP);
        let rows = rows.get(start..rows.len().min(start + GROUP)).unwrap_or_default();
        let codes: Vec<TicketCode> =
            rows.iter().filter_map(|row| row.ticket.as_ref().ok()).map(|ticket| ticket.code.clone()).collect();
        let mut contention = Contention::new(&self.random);
        loop {
            let found = self.repository.by_codes(&import.conference, &codes).await?;
            let known = found.iter().map(|ticket| (&ticket.code, ticket)).collect();
            let (mut lines, changes): (Vec<_>, Vec<_>) = rows
                .iter()
                .map(|row| {
                    or_failed(import, row, || {
                        let made = self.row(import, row, &known);
                        made.1.as_ref().is_none_or(|change| self.repository.can_write(change)).then_some(made)
                    })
                })
                .unzip();
            let mut changes: Vec<Change> = changes.into_iter().flatten().collect();
            let message = self.release(import, &mut lines, &mut changes).await?;
            if import.dry_run {
                changes.clear();
            }
            let result =
                GroupResult { conference: import.conference.clone(), import_id: import.id, group, rows: lines };
            match self.repository.write_group(&changes, message.as_ref(), &result).await {
                Ok(()) => return Ok(result),
                Err(AttendeeError::Seen) => {
                    let done = self.repository.groups(&import.conference, import.id, group, 1).await?;
                    return done.into_iter().next().ok_or(AttendeeError::NoImport);
                }
                Err(AttendeeError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Ends claims of tickets that are another person's now, and says so in the results of their rows. A dry run only
    /// says so.
    async fn release(
        &self,
        import: &Import,
        lines: &mut [RowResult],
        changes: &mut [Change],
    ) -> Result<Option<OutboxMessage>, AttendeeError> {
        if !import.dry_run && !import.release_claims {
            return Ok(None);
        }
        let released = lost_claims(&self.users, changes, false).await?;
        for line in lines.iter_mut().filter(|line| line.state != RowState::Failed) {
            line.releases_claim = released.iter().any(|one| line.code.as_ref() == Some(&one.code));
        }
        if import.dry_run {
            return Ok(None);
        }
        end_claims(changes, &released);
        Ok(of_released(&released, self.clock.now(), &self.random)?)
    }

    /// The result of a row, and the change of its ticket.
    fn row(&self, import: &Import, row: &Row, known: &HashMap<&TicketCode, &Ticket>) -> (RowResult, Option<Change>) {
        let line = |state| RowResult {
            row: row.number,
            code: row.code.clone(),
            state,
            releases_claim: false,
            problems: Vec::new(),
        };
        let data = match &row.ticket {
            Ok(data) => data,
            Err(problems) => {
                return (RowResult { problems: problems.clone(), ..line(RowState::Failed) }, None);
            }
        };
        let before = known.get(&data.code).copied();
        let occurred_at = row.updated_at.unwrap_or(import.exported_at);
        if occurred_at.is_ahead_of(import.exported_at) {
            return (failed(row, Some("updated_at"), "must not be after `exported_at` of the import"), None);
        }
        let as_of = AsOf { occurred_at, event: import.id.to_string() };
        let (state, after) = match data.apply(&import.conference, before, &as_of, self.clock.now()) {
            Applied::Created(after) => (RowState::Created, after),
            Applied::Updated(after) => (RowState::Updated, after),
            // The age of the data is stored, too, as events from before the export are outdated then.
            Applied::Unchanged(after) => (RowState::Unchanged, after),
            Applied::Stale => return (line(RowState::Unchanged), None),
        };
        // One of the two may be of the ticket as it was.
        if !after.has_validity() {
            return (failed(row, Some("valid_until"), "must be after `valid_from` of the ticket"), None);
        }
        (line(state), Some(Change { before: before.cloned(), after }))
    }
}

/// What is made of a row. A row of which nothing can be made by a fault of ours fails on its own: the other rows are
/// imported, and the import ends.
fn or_failed(
    import: &Import,
    row: &Row,
    made: impl FnOnce() -> Option<(RowResult, Option<Change>)>,
) -> (RowResult, Option<Change>) {
    catch_unwind(AssertUnwindSafe(made)).ok().flatten().unwrap_or_else(|| {
        tracing::error!(import.id = %import.id, row = row.number, "ticket_import.row_failed");
        (failed(row, None, "could not be imported by a fault on our side. Report it"), None)
    })
}

/// The result of a row that has one problem.
fn failed(row: &Row, column: Option<&str>, message: &str) -> RowResult {
    let problem = Problem { column: column.map(str::to_owned), message: message.to_owned() };
    let (code, problems) = (row.code.clone(), vec![problem]);
    RowResult { row: row.number, code, state: RowState::Failed, releases_claim: false, problems }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendees::import::{Counts, Format};

    #[test]
    fn row_of_which_nothing_can_be_made_fails_alone() {
        let now = Time::default();
        let import = Import {
            id: ImportId::generate(now, &Random::seeded(1)),
            conference: "ibw-2026".parse().unwrap(),
            format: Format::Csv,
            media_id: None,
            dry_run: false,
            release_claims: false,
            exported_at: now,
            state: ImportState::Running,
            refusal: None,
            counts: Counts::default(),
            groups: 0,
            created_by: "key".to_owned(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let row = Row { number: 7, code: None, ticket: Err(Vec::new()), updated_at: None };
        let panics = || -> Option<_> { panic!("a fault") };
        for (done, change) in [or_failed(&import, &row, || None), or_failed(&import, &row, panics)] {
            assert_eq!((done.row, done.state, change), (7, RowState::Failed, None));
            assert_eq!(done.problems[0].message, "could not be imported by a fault on our side. Report it");
        }
        let made = || Some((failed(&row, None, "as it is"), None));
        assert_eq!(or_failed(&import, &row, made).0.problems[0].message, "as it is");
    }
}
