//! Imports, for organisers: start one, read its progress, read the results of its rows.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::attempt;
use crate::attendees::error::AttendeeError;
use crate::attendees::import::{Counts, Format, GROUP, Import, ImportId, ImportState, RowResult, RowState};
use crate::attendees::messages::{ImportMessage, VERSION};
use crate::attendees::repository::TicketRepository;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::dynamo::{Error, OutboxMessage, Topic};
use crate::media::error::MediaError;
use crate::media::kind::ContentType;
use crate::media::model::{Media, MediaId};
use crate::media::service::MediaService;
use crate::page::{Page, PageRequest};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::time::{Clock, Time};

/// Fields of an import that the audit has, all with their values.
const SHOWN: [&str; 6] = ["id", "media_id", "rows", "dry_run", "release_claims", "exported_at"];

/// Most groups that one request to DynamoDB reads.
const READ: u32 = 125;
/// Most requests that a page of a report makes to find rows of one state. The cursor continues where they end.
const REQUESTS: usize = 3;

/// Most rows in a request.
const MAX_ROWS: usize = 5000;

/// New import, from an uploaded file or from rows in the request.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTicketImport, example = json!({
    "rows": [
        {"code": "k7xq2mv9tz4w", "name": "Asha Rao", "ticket_type": "Standard", "email": "asha@example.org", "state": "paid"},
    ],
    "dry_run": true,
    "exported_at": "2026-11-20T08:15:00Z",
}))]
pub struct NewImport {
    /// Id of a complete upload of the kind `import`. Send either this or `rows`.
    pub media_id: Option<MediaId>,
    /// Format of the upload. Default: the content type of the upload.
    pub format: Option<Format>,
    /// Rows in the request, at most 256 KB: objects whose members are named like the columns of a file, with any
    /// values.
    #[schema(min_items = 1, max_items = 5000)]
    pub rows: Option<Vec<Map<String, Value>>>,
    /// Whether to only report what the import would do.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether a claim ends if the ticket has another person's email address now. Default: claims stay. A dry run counts
    /// the claims that would end (`claims_released`).
    #[serde(default)]
    pub release_claims: bool,
    /// Time at which the file or the rows were exported from the ticketing system, at most 5 minutes ahead. Of two
    /// sources about a ticket, the newer one counts.
    pub exported_at: Time,
}

/// All rows of an import, as CSV (RFC 4180): `row,code,state,column,problem`, with a line for each problem of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report(pub Vec<u8>);

/// Imports.
#[derive(Clone, Debug)]
pub struct ImportService {
    pub(super) repository: TicketRepository,
    media: MediaService,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl ImportService {
    /// On this platform, of these uploads.
    pub fn new(platform: &Platform, media: MediaService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: TicketRepository::new(platform), media, clock, random }
    }

    /// Queues an import for the worker.
    pub async fn create(&self, actor: &Actor, conference: &Slug, new: NewImport) -> Result<Import, AttendeeError> {
        let now = self.clock.now();
        let (format, rows) = match (new.media_id, new.format, &new.rows) {
            (Some(upload), format, None) => {
                let announced = self.announced(upload, conference).await?;
                (format.unwrap_or(announced), None)
            }
            (None, None | Some(Format::Json), Some(rows)) if (1..=MAX_ROWS).contains(&rows.len()) => {
                let json = serde_json::to_string(rows);
                let error = |e: serde_json::Error| Error::Encode { entity: "rows", reason: e.to_string() };
                (Format::Json, Some(json.map_err(error)?))
            }
            (None, _, Some(rows)) if !(1..=MAX_ROWS).contains(&rows.len()) => {
                return Err(AttendeeError::Invalid("rows", "must have 1 to 5,000 rows"));
            }
            (None, _, Some(_)) => {
                return Err(AttendeeError::Invalid("format", "must be `json` or absent if `rows` is sent"));
            }
            _ => return Err(AttendeeError::Invalid("media_id", "is required unless `rows` is sent, and not both")),
        };
        if new.exported_at.is_ahead_of(now) {
            return Err(AttendeeError::Invalid("exported_at", "must not be more than 5 minutes ahead"));
        }
        let id = ImportId::of_request(now, &self.random);
        if attempt::is_repeated()
            && let Some(import) = self.repository.import(conference, id).await?
        {
            return Ok(import);
        }
        let import = Import {
            id,
            conference: conference.clone(),
            format,
            media_id: new.media_id,
            dry_run: new.dry_run,
            release_claims: new.release_claims,
            exported_at: new.exported_at,
            state: ImportState::Queued,
            refusal: None,
            counts: Counts::default(),
            groups: 0,
            created_by: actor.name.clone(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let message = message(&import, now, &self.random)?;
        let entry = self.entry(actor, &import, new.rows.as_ref().map(Vec::len));
        self.repository.create_import(&import, rows, &message, &entry).await?;
        tracing::info!(import.id = %import.id, conference = %conference, dry_run = import.dry_run, "ticket_import.queued");
        Ok(import)
    }

    /// What the audit has of a new import, of a file or of so many rows. The import itself has the results.
    fn entry(&self, actor: &Actor, import: &Import, rows: Option<usize>) -> AuditEntry {
        let Import { id, media_id, dry_run, release_claims, exported_at, .. } = import;
        let new = json!({
            "id": id, "media_id": media_id, "rows": rows, "dry_run": dry_run, "release_claims": release_claims,
            "exported_at": exported_at,
        });
        let object = format!("conferences/{}/attendees/tickets", import.conference);
        let changes = Changes::between(None, Some(&new), &SHOWN);
        AuditEntry::new(actor, "ticket.import", object, changes, import.created_at, &self.random)
    }

    /// The format of an upload for this conference, by its content type. An upload for another one is not found.
    async fn announced(&self, upload: MediaId, conference: &Slug) -> Result<Format, AttendeeError> {
        let found = self.media.import(upload).await;
        let is_other = |media: &Media| media.conference.as_ref().is_some_and(|of| of != conference);
        match found.and_then(|media| if is_other(&media) { Err(MediaError::NotFound) } else { Ok(media) }) {
            Ok(media) if media.content_type == ContentType::Json => Ok(Format::Json),
            Ok(_) => Ok(Format::Csv),
            Err(MediaError::NotFound) => {
                let remedy = "must be the id of a complete upload of the kind `import` for this conference";
                Err(AttendeeError::Invalid("media_id", remedy))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// An import.
    pub async fn get(&self, conference: &Slug, id: ImportId) -> Result<Import, AttendeeError> {
        self.repository.import(conference, id).await?.ok_or(AttendeeError::NoImport)
    }

    /// A page of the rows with a result, in the order of the file, of all states or of one. With a state, a page may
    /// have fewer rows than the limit and still a next page.
    pub async fn report(
        &self,
        conference: &Slug,
        id: ImportId,
        state: Option<RowState>,
        page: &PageRequest,
    ) -> Result<Page<RowResult>, AttendeeError> {
        let import = self.get(conference, id).await?;
        let context = [format!("import:{state:?}"), format!("{conference}/{id}")];
        let start = page.after(&context)?;
        // The group to continue with, and the row in it.
        let (mut group, mut skip): (u32, usize) = start.unwrap_or_default();
        let mut items = Vec::new();
        let wanted = u32::try_from(page.limit / GROUP + 2).unwrap_or(READ);
        let read = if state.is_none() { wanted } else { READ };
        for _ in 0..REQUESTS {
            let count = read.min(import.groups.saturating_sub(group));
            if count == 0 {
                return Ok(Page { items, next_cursor: None });
            }
            for result in self.repository.groups(conference, id, group, count).await? {
                for (position, row) in result.rows.into_iter().enumerate().skip(skip) {
                    if items.len() == page.limit {
                        return Ok(page.page(&context, items, Some((result.group, position))));
                    }
                    if state.is_none_or(|state| state == row.state) {
                        items.push(row);
                    }
                }
                (group, skip) = (result.group + 1, 0);
            }
        }
        Ok(page.page(&context, items, (group < import.groups).then_some((group, 0usize))))
    }

    /// All rows with a result.
    pub async fn whole_report(&self, conference: &Slug, id: ImportId) -> Result<Report, AttendeeError> {
        let import = self.get(conference, id).await?;
        let not_written = |error: csv::Error| Error::Encode { entity: "csv", reason: error.to_string() };
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["row", "code", "state", "column", "problem"]).map_err(not_written)?;
        for result in self.repository.groups(conference, id, 0, import.groups).await? {
            for row in result.rows {
                let code = row.code.as_ref().map_or("", |code| code.as_str());
                let start = [row.row.to_string(), code.to_owned(), row.state.name().to_owned()];
                let ends: Vec<[String; 2]> = if row.problems.is_empty() {
                    vec![Default::default()]
                } else {
                    row.problems
                        .into_iter()
                        .map(|problem| [problem.column.unwrap_or_default(), problem.message])
                        .collect()
                };
                for end in ends {
                    writer.write_record(start.iter().chain(&end)).map_err(not_written)?;
                }
            }
        }
        let csv = writer.into_inner().map_err(|error| not_written(error.into_error().into()))?;
        Ok(Report(csv))
    }
}

/// The message that makes the worker continue an import.
pub(super) fn message(import: &Import, now: Time, random: &Random) -> Result<OutboxMessage, Error> {
    let message = ImportMessage::Import { v: VERSION, conference: import.conference.clone(), import_id: import.id };
    OutboxMessage::new(Topic::AttendeeImports, format!("import:{}:{}", import.id, import.groups), &message, now, random)
}
