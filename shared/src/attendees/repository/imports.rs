//! The reads and writes of imports.

use super::TicketRepository;
use super::write::Change;
use crate::attendees::error::AttendeeError;
use crate::attendees::import::{GroupResult, Import, ImportId, ImportState};
use crate::attendees::items::ImportContent;
use crate::attendees::keys;
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Expression, OutboxMessage, Query, Transaction};
use crate::text::Slug;
use crate::time::Time;

/// How long rows from a request are stored, in seconds: longer than the import's message stays in the queue.
const KEPT_FOR: i64 = 7 * 24 * 3600;

impl TicketRepository {
    /// Stores a new import of an existing conference, with the rows of the request and the message to the worker.
    pub async fn create_import(
        &self,
        import: &Import,
        rows: Option<String>,
        message: &OutboxMessage,
        entry: &AuditEntry,
    ) -> Result<(), AttendeeError> {
        let mut transaction = Transaction::new();
        let there = Expression::there();
        let conference = keys::conference(&import.conference);
        transaction.check(&self.conferences, &conference, &there, AttendeeError::NoConference);
        transaction.put(&self.conferences, import);
        transaction.put(&self.conferences, message);
        transaction.put_new(&self.audit, entry);
        if let Some(json) = rows {
            let (conference, expires_at) = (import.conference.clone(), import.created_at.plus_seconds(KEPT_FOR));
            let expires_at = expires_at.seconds();
            let content = ImportContent { conference, import_id: import.id, json, expires_at };
            transaction.put(&self.conferences, &content);
        }
        transaction.run(&self.random).await
    }

    pub async fn import(&self, conference: &Slug, id: ImportId) -> Result<Option<Import>, dynamo::Error> {
        self.conferences.get(&keys::import(conference, id)).await
    }

    /// Imports that are not over and have not changed since `time`, as far as the index knows, the longest unchanged
    /// first.
    pub async fn unchanged_imports(&self, time: Time, limit: usize) -> Result<Vec<Import>, dynamo::Error> {
        let query = Query::gsi1(keys::OPEN_IMPORTS).up_to(&keys::unchanged_since(time)).limit(limit);
        Ok(self.conferences.query(query).await?.items)
    }

    /// Imports that are not over, as far as the index knows.
    pub async fn open_imports(&self) -> Result<Vec<Import>, dynamo::Error> {
        self.conferences.query_all(Query::gsi1(keys::OPEN_IMPORTS)).await
    }

    /// The rows of the request, as JSON.
    pub async fn import_content(&self, import: &Import) -> Result<Option<String>, dynamo::Error> {
        let content: Option<ImportContent> =
            self.conferences.get(&keys::import_content(&import.conference, import.id)).await?;
        Ok(content.map(|content| content.json))
    }

    /// Stores the progress of an import, with a message if another worker continues it.
    /// [`AttendeeError::VersionConflict`]: another worker was faster. At the end it deletes the rows of the request.
    pub async fn save_import(&self, import: &Import, message: Option<&OutboxMessage>) -> Result<(), AttendeeError> {
        let mut transaction = Transaction::new();
        let condition = Expression::version(import.version - 1);
        transaction.put_if(&self.conferences, import, &condition, AttendeeError::VersionConflict);
        if let Some(message) = message {
            transaction.put(&self.conferences, message);
        }
        if import.media_id.is_none() && matches!(import.state, ImportState::Finished | ImportState::Refused) {
            transaction.delete(&self.conferences, &keys::import_content(&import.conference, import.id));
        }
        transaction.run(&self.random).await
    }

    /// Writes the tickets of a group with the results of its rows and the message of the claims that it ends, once.
    /// [`AttendeeError::Seen`]: it was written
    /// before. [`AttendeeError::VersionConflict`]: a ticket has changed since it was read.
    pub async fn write_group(
        &self,
        changes: &[Change],
        message: Option<&OutboxMessage>,
        result: &GroupResult,
    ) -> Result<(), AttendeeError> {
        let mut transaction = Transaction::new();
        transaction.put_if(&self.conferences, result, &Expression::absent(), AttendeeError::Seen);
        self.write(changes, message, transaction).await
    }

    /// The results of the groups from `first` on, at most `count`, in their order. Groups without a result are absent.
    pub async fn groups(
        &self,
        conference: &Slug,
        import: ImportId,
        first: u32,
        count: u32,
    ) -> Result<Vec<GroupResult>, dynamo::Error> {
        let (from, to) = (keys::group_of(first), keys::group_of(first.saturating_add(count.saturating_sub(1))));
        self.conferences.query_all(Query::table(&keys::import_partition(conference, import)).between(&from, &to)).await
    }
}
