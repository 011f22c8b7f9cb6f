//! Where an import's rows are: in the database where they came with the request, else in the storage of uploads.

use crate::attendees::error::AttendeeError;
use crate::attendees::import::{Import, Refusal, RefusalReason};
use crate::attendees::repository::TicketRepository;

/// Reads what is imported.
#[derive(Clone, Debug)]
pub struct Files {
    repository: TicketRepository,
}

impl Files {
    /// Of this repository.
    pub fn new(repository: TicketRepository) -> Self {
        Self { repository }
    }

    /// The bytes of an import, or why there are none.
    pub async fn read(&self, import: &Import) -> Result<Result<Vec<u8>, Refusal>, AttendeeError> {
        let missing = || Refusal::new(RefusalReason::FileMissing, "The rows are not there any more.");
        Ok(self.repository.import_content(import).await?.map(String::into_bytes).ok_or_else(missing))
    }
}
