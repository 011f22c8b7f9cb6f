//! The rows of an import: what each makes of its ticket. The tickets of a group and the results of its rows are one
//! transaction.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::importer::Importer;
use super::releases::{end_claims, lost_claims};
use crate::attendees::error::AttendeeError;
use crate::attendees::file::Row;
use crate::attendees::import::{GROUP, GroupResult, Import, Problem, RowResult, RowState};
use crate::attendees::messages::of_released;
use crate::attendees::model::{AsOf, Ticket, TicketCode};
use crate::attendees::repository::{Change, MAX_CHANGES};
use crate::attendees::source::Applied;
use crate::dynamo::{Contention, OutboxMessage};

// A group of rows is one transaction.
const _: () = assert!(GROUP <= MAX_CHANGES);

impl Importer {
    /// Imports a group. Returns the results of its rows, from this worker or from a faster one.
    pub(super) async fn group(&self, import: &Import, rows: &[Row], group: u32) -> Result<GroupResult, AttendeeError> {
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

/// The result of a row and the change of its ticket. If our code fails at a row, only this row fails: the others are
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendees::import::{Counts, Format, ImportId, ImportState};
    use crate::random::Random;
    use crate::time::Time;

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
