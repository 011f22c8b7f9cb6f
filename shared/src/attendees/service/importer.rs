//! The import worker: goes through a file's rows, group by group, several groups at once.
//!
//! A group's tickets and what became of its rows are one transaction, and that record is written once. So whoever is interrupted
//! anywhere leaves groups that are done and groups that are not, and the next worker reads which: no row is done or counted twice.
//! After each page of groups the import's counts are made of those records, and committed with its place in the file.

use std::collections::HashMap;
use std::sync::Arc;

use super::imports::message;
use super::{Files, SAVE_TRIES};
use crate::attendees::error::AttendeeError;
use crate::attendees::file::{self, Row};
use crate::attendees::import::{GROUP, GroupResult, Import, ImportState, Refusal, RefusalReason, RowResult, RowState};
use crate::attendees::model::{AsOf, Ticket, TicketCode};
use crate::attendees::repository::{Change, MAX_CHANGES, TicketRepository};
use crate::attendees::source::Applied;
use crate::dynamo::Error;
use crate::id::ImportId;
use crate::random::Random;
use crate::text::Slug;
use crate::time::{Clock, Time};

/// Groups after which the import's place is committed.
const PAGE: usize = 32;
// A group of rows is one transaction.
const _: () = assert!(GROUP <= MAX_CHANGES);
/// Groups under way at once.
const PARALLEL: usize = 8;

/// Makes imports.
#[derive(Clone, Debug)]
pub struct Importer {
    repository: TicketRepository,
    files: Files,
    clock: Clock,
    random: Random,
}

impl Importer {
    /// Reads files from `files`.
    pub fn new(repository: TicketRepository, files: Files, clock: Clock, random: Random) -> Self {
        Self { repository, files, clock, random }
    }

    /// Goes on with an import until its end or, in a new message, after `deadline`.
    pub async fn run(&self, conference: &Slug, id: ImportId, deadline: Time) -> Result<(), AttendeeError> {
        let Some(mut import) = self.repository.import(conference, id).await?.filter(|import| !import.is_over()) else {
            return Ok(());
        };
        let rows = match self.rows(&import).await? {
            Ok(rows) => Arc::new(rows),
            Err(refusal) => return self.refuse(import, refusal).await,
        };
        let all = u32::try_from(rows.len().div_ceil(GROUP)).unwrap_or(u32::MAX);
        loop {
            let page = import.groups..all.min(import.groups.saturating_add(u32::try_from(PAGE).unwrap_or(u32::MAX)));
            let results = self.page(&import, &rows, page.clone()).await?;
            import.counts.total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            for result in results {
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
                Ok(()) => {}
                // Another worker was faster, and goes on.
                Err(AttendeeError::VersionConflict) => return Ok(()),
                Err(error) => return Err(error),
            }
            if over {
                tracing::info!(import.id = %id, rows = import.counts.total, "ticket_import.finished");
            }
            if over || hand_over {
                return Ok(());
            }
        }
    }

    /// The file's rows, or why it cannot be used.
    async fn rows(&self, import: &Import) -> Result<Result<Vec<Row>, Refusal>, AttendeeError> {
        let bytes = match self.files.read(import).await? {
            Ok(bytes) => bytes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let rows = match file::read(import.format, &bytes) {
            Ok(rows) => rows,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !import.dry_run {
            match self.repository.open(&import.conference).await {
                Ok(()) => {}
                Err(AttendeeError::NoConference) => {
                    return Ok(Err(Refusal::new(RefusalReason::NoConference, "There is no such conference any more.")));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Ok(rows))
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

    /// Does what is left of a page's groups, several at once, and answers what became of all of them.
    async fn page(
        &self,
        import: &Import,
        rows: &Arc<Vec<Row>>,
        page: std::ops::Range<u32>,
    ) -> Result<Vec<GroupResult>, AttendeeError> {
        let count = page.end - page.start;
        let mut results = self.repository.groups(&import.conference, import.id, page.start, count).await?;
        let left: Vec<u32> = page.filter(|group| results.iter().all(|done| done.group != *group)).collect();
        let lanes: Vec<_> = (0..left.len().min(PARALLEL))
            .map(|lane| {
                let mine: Vec<u32> = left.iter().copied().skip(lane).step_by(PARALLEL).collect();
                let (importer, import, rows) = (self.clone(), import.clone(), Arc::clone(rows));
                tokio::spawn(async move {
                    let mut done = Vec::with_capacity(mine.len());
                    for group in mine {
                        done.push(importer.group(&import, &rows, group).await?);
                    }
                    Ok::<_, AttendeeError>(done)
                })
            })
            .collect();
        for lane in lanes {
            let done = lane.await.map_err(|_| Error::Busy("a part of the page was given up".to_owned()))?;
            results.extend(done?);
        }
        Ok(results)
    }

    /// Does a group, and answers what became of its rows, by us or by whoever was faster.
    async fn group(&self, import: &Import, rows: &[Row], group: u32) -> Result<GroupResult, AttendeeError> {
        let start = usize::try_from(group).unwrap_or(usize::MAX).saturating_mul(GROUP);
        let rows = rows.get(start..rows.len().min(start + GROUP)).unwrap_or_default();
        let codes: Vec<TicketCode> =
            rows.iter().filter_map(|row| row.ticket.as_ref().ok()).map(|ticket| ticket.code.clone()).collect();
        let mut tries = 0;
        loop {
            let found = self.repository.by_codes(&import.conference, &codes).await?;
            let known = found.iter().map(|ticket| (&ticket.code, ticket)).collect();
            let (lines, changes): (Vec<_>, Vec<_>) = rows.iter().map(|row| self.row(import, row, &known)).unzip();
            let result =
                GroupResult { conference: import.conference.clone(), import_id: import.id, group, rows: lines };
            let changes: Vec<Change> =
                if import.dry_run { Vec::new() } else { changes.into_iter().flatten().collect() };
            tries += 1;
            match self.repository.write_group(&changes, &result).await {
                Ok(()) => return Ok(result),
                Err(AttendeeError::Seen) => {
                    let done = self.repository.groups(&import.conference, import.id, group, 1).await?;
                    return done.into_iter().next().ok_or(AttendeeError::NoImport);
                }
                Err(AttendeeError::VersionConflict) if tries < SAVE_TRIES => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// What becomes of a row, and of its ticket.
    fn row(&self, import: &Import, row: &Row, known: &HashMap<&TicketCode, &Ticket>) -> (RowResult, Option<Change>) {
        let line = |state| RowResult { row: row.number, code: row.code.clone(), state, problems: Vec::new() };
        let data = match &row.ticket {
            Ok(data) => data,
            Err(problems) => {
                return (RowResult { problems: problems.clone(), ..line(RowState::Failed) }, None);
            }
        };
        let before = known.get(&data.code).copied();
        let occurred_at = row.updated_at.unwrap_or(import.exported_at).min(import.exported_at);
        let as_of = AsOf { occurred_at, event: import.id.to_string() };
        let (state, after) = match data.apply(&import.conference, before, &as_of, self.clock.now()) {
            Applied::Created(after) => (RowState::Created, after),
            Applied::Updated(after) => (RowState::Updated, after),
            Applied::Unchanged(_) | Applied::Stale => return (line(RowState::Unchanged), None),
        };
        (line(state), Some(Change { before: before.cloned(), after }))
    }
}
