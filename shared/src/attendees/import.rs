//! An import of tickets: its file, its progress, and the result of each row.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::TicketCode;
use crate::media::model::MediaId;
use crate::text::Slug;
use crate::time::Time;

crate::id!(
    /// An import of attendees.
    ImportId,
    "imp",
    "AttendeeImportId"
);

/// Most rows of an import. The worker holds all of them in memory.
pub const MAX_ROWS: usize = 50_000;
/// Most bytes of a file. The worker holds all of them in memory.
pub const MAX_BYTES: u64 = 20 * 1024 * 1024;
/// Rows of a group, which is written in one transaction together with the results.
pub const GROUP: usize = 16;

/// Format of an import file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketImportFormat)]
pub enum Format {
    /// CSV with a header, separated by commas, semicolons or tabs.
    Csv,
    /// JSON array of objects.
    Json,
}

/// State of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketImportState)]
pub enum ImportState {
    /// The import waits for the worker.
    Queued,
    /// The worker imports rows.
    Running,
    /// All rows have a result.
    Finished,
    /// The file cannot be imported. No row was imported.
    Refused,
}

/// Why a file cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketImportRefusalReason)]
pub enum RefusalReason {
    /// The file does not exist, or is not an upload of the kind `import`.
    FileMissing,
    /// The file is not UTF-8 text.
    NotText,
    /// The file is not valid CSV or JSON.
    Malformed,
    /// The file has no rows.
    NoRows,
    /// The file has more than 50,000 rows or 20 MB.
    TooLarge,
    /// A required column is missing, or a column is there twice.
    Columns,
    /// The file has more than 50 ticket types.
    TooManyTypes,
    /// The conference no longer exists.
    NoConference,
}

/// Refusal of a file that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketImportRefusal)]
pub struct Refusal {
    /// Reason for programs.
    pub reason: RefusalReason,
    /// Reason for people.
    pub message: String,
}

impl Refusal {
    pub fn new(reason: RefusalReason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }
}

/// Result of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketImportRowState)]
pub enum RowState {
    /// The row created a ticket.
    Created,
    /// The row changed a ticket.
    Updated,
    /// The ticket already has the row's data, or newer data.
    Unchanged,
    /// The row has problems and was not imported.
    Failed,
}

impl RowState {
    /// Its name in CSV files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }
}

/// Problem of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketImportProblem)]
pub struct Problem {
    /// Column with the problem. `null` if it concerns the whole row.
    pub column: Option<String>,
    /// Problem for people. It never quotes the file.
    pub message: String,
}

/// Row of an import with its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketImportRow)]
pub struct RowResult {
    /// Number of the row, from 1. The header does not count.
    pub row: u32,
    /// Ticket code. `null` if the row has no valid code.
    pub code: Option<TicketCode>,
    /// Result of the row.
    pub state: RowState,
    /// Whether the row ends the claim of a ticket, as the ticket has another person's email address now. In a dry run:
    /// whether it would with `release_claims`.
    #[serde(default)]
    pub releases_claim: bool,
    /// Problems of the row. Empty unless `state` is `failed`.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// Results of the rows of a group. They are written in the transaction of the group's tickets, so they exist exactly if
/// the tickets were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupResult {
    pub conference: Slug,
    pub import_id: ImportId,
    /// Number of the group, from 0.
    pub group: u32,
    pub rows: Vec<RowResult>,
}

/// Numbers of rows by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketImportCounts)]
pub struct Counts {
    /// Number of rows of the file. 0 until the worker has read it.
    pub total: u32,
    /// Number of rows that created a ticket.
    pub created: u32,
    /// Number of rows that changed a ticket.
    pub updated: u32,
    /// Number of rows that changed nothing.
    pub unchanged: u32,
    /// Number of rows with problems.
    pub failed: u32,
    /// Number of rows that end a claim. In a dry run: that would with `release_claims`.
    #[serde(default)]
    pub claims_released: u32,
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
            self.claims_released += u32::from(row.releases_claim);
        }
    }

    /// Rows with a result.
    pub const fn done(&self) -> u32 {
        self.created + self.updated + self.unchanged + self.failed
    }
}

/// Import of tickets from a file or a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketImport)]
pub struct Import {
    /// Id of the import.
    pub id: ImportId,
    /// Slug of the conference.
    pub conference: Slug,
    /// Format of the file.
    pub format: Format,
    /// Id of the uploaded file. `null` if the rows came in the request.
    pub media_id: Option<MediaId>,
    /// Whether the import only reports what it would do.
    pub dry_run: bool,
    /// Whether a claim ends if the ticket has another person's email address now.
    #[serde(default)]
    pub release_claims: bool,
    /// Time of the export from the ticketing system. Of two sources about a ticket, the newer one counts.
    pub exported_at: Time,
    /// State of the import.
    pub state: ImportState,
    /// Why the file cannot be imported. `null` unless `state` is `refused`.
    pub refusal: Option<Refusal>,
    /// Results of the rows so far.
    pub counts: Counts,
    /// Number of groups of 16 rows that are done.
    pub groups: u32,
    /// Id of the user or API key that started the import.
    pub created_by: String,
    /// Version: one more with each change.
    pub version: u64,
    /// Time of creation.
    pub created_at: Time,
    /// Time of the last progress, or of the last time that the import was resumed.
    pub updated_at: Time,
}

impl Import {
    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        matches!(self.state, ImportState::Finished | ImportState::Refused)
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}
