//! Imports that nobody works on: their message was lost, or went to the dead-letter queue.

use super::ImportService;
use super::imports::message;
use crate::attendees::error::AttendeeError;
use crate::attendees::import::Import;
use crate::scheduled::Batch;

/// Seconds after which an import that has not changed has lost its message: longer than the worker's queue keeps a message back
/// that a worker took, and died with.
const STALLED: i64 = 15 * 60;

impl ImportService {
    /// Sends the messages of up to `limit` stalled imports again. An import that a worker continues meanwhile is left to
    /// it. One failure does not keep it from the other imports.
    pub async fn resume_stalled(&self, limit: usize) -> Result<Batch, AttendeeError> {
        let before = self.clock.now().plus_seconds(-STALLED);
        let found = self.repository.unchanged_imports(before, limit).await?;
        let mut batch = Batch { due: found.len(), ..Batch::default() };
        for import in found {
            let id = import.id;
            match self.resume(import).await {
                Ok(()) => batch.done += 1,
                Err(error) => {
                    batch.failed += 1;
                    tracing::error!(import.id = %id, %error, "ticket_import.not_resumed");
                }
            }
        }
        Ok(batch)
    }

    /// The version of the import decides between this and a worker: if the worker's write comes first, no message is
    /// sent, and if it comes second, the worker stops and the message's worker continues.
    async fn resume(&self, mut import: Import) -> Result<(), AttendeeError> {
        let now = self.clock.now();
        import.stamp(now);
        let message = message(&import, now, &self.random)?;
        match self.repository.save_import(&import, Some(&message)).await {
            Ok(()) => {
                tracing::warn!(import.id = %import.id, state = ?import.state, "ticket_import.stalled");
                Ok(())
            }
            // A worker was faster, or the index was late.
            Err(AttendeeError::VersionConflict) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
