//! An import of tickets: what is imported, how far it has come, and what became of each row.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::TicketCode;
use crate::id::{ImportId, MediaId};
use crate::text::Slug;
use crate::time::Time;

/// Rows of one import: the worker holds all of them at once.
pub const MAX_ROWS: usize = 50_000;
/// Bytes of one file: the worker holds all of them at once.
pub const MAX_BYTES: u64 = 20 * 1024 * 1024;
/// Rows that are written in one transaction, together with what became of them: a group.
pub const GROUP: usize = 16;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FileFormat)]
pub enum Format {
    /// A header and rows, separated by commas, semicolons or tabs.
    Csv,
    /// An array of objects.
    Json,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// It waits for its worker.
    Queued,
    /// It is worked on.
    Running,
    /// All its rows have been dealt with.
    Finished,
    /// The file could not be used, and nothing of it was.
    Refused,
}

/// Why a file could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// It is not there, or not an upload for imports.
    FileMissing,
    /// It is not UTF-8 text.
    NotText,
    /// It is not of its format.
    Malformed,
    /// It has no row.
    NoRows,
    /// It has more rows or bytes than an import may.
    TooLarge,
    /// It lacks columns that it must have, or has one twice.
    Columns,
    /// It has more kinds of tickets than a conference can.
    TooManyTypes,
    /// There is no such conference any more.
    NoConference,
}

/// That a file could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// Why, for a program.
    pub reason: RefusalReason,
    /// Why, for a person.
    pub message: String,
}

impl Refusal {
    pub fn new(reason: RefusalReason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// It made a ticket.
    Created,
    /// It changed a ticket.
    Updated,
    /// The ticket is as the row says, or something later is known of it.
    Unchanged,
    /// It has problems.
    Failed,
}

impl RowState {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The column; none where the row as a whole is wrong.
    pub column: Option<String>,
    /// What is wrong, for a person. It never quotes the file.
    pub message: String,
}

/// A row's line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowResult {
    /// The row, from 1; the header does not count.
    pub row: u32,
    /// The ticket's code, where it is one.
    pub code: Option<TicketCode>,
    /// What became of it.
    pub state: RowState,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// What became of the rows of a group: written with what it tells of, so that it is there exactly when that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupResult {
    pub conference: Slug,
    pub import_id: ImportId,
    /// The group, from 0.
    pub group: u32,
    pub rows: Vec<RowResult>,
}

/// How many rows ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCounts)]
pub struct Counts {
    /// Rows of the file; 0 until it has been read.
    pub total: u32,
    /// Rows that made a ticket.
    pub created: u32,
    /// Rows that changed a ticket.
    pub updated: u32,
    /// Rows that changed nothing.
    pub unchanged: u32,
    /// Rows with problems.
    pub failed: u32,
}

impl Counts {
    pub fn add(&mut self, rows: &[RowResult]) {
        for row in rows {
            let count = match row.state {
                RowState::Created => &mut self.created,
                RowState::Updated => &mut self.updated,
                RowState::Unchanged => &mut self.unchanged,
                RowState::Failed => &mut self.failed,
            };
            *count += 1;
        }
    }

    /// Rows that have been dealt with.
    pub const fn done(&self) -> u32 {
        self.created + self.updated + self.unchanged + self.failed
    }
}

/// An import: one item, versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The conference.
    pub conference: Slug,
    /// What the file is.
    pub format: Format,
    /// The uploaded file; none where the rows came in the request.
    pub media_id: Option<MediaId>,
    /// It only tells what it would do.
    pub dry_run: bool,
    /// As of when the file is: of what is known of a ticket, the later stands.
    pub exported_at: Time,
    /// How far it is.
    pub state: ImportState,
    /// Why the file could not be used.
    pub refusal: Option<Refusal>,
    /// What became of its rows so far.
    pub counts: Counts,
    /// Groups of 16 rows that are counted: where it goes on.
    pub groups: u32,
    /// Who asked for it.
    pub created_by: String,
    /// Rises by one with each change.
    pub version: u64,
    /// When it was asked for.
    pub created_at: Time,
    /// When it last went on.
    pub updated_at: Time,
}

impl Import {
    /// Whether nothing more will happen.
    pub fn is_over(&self) -> bool {
        matches!(self.state, ImportState::Finished | ImportState::Refused)
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}
