//! Where an import's rows are: in the database where they came with the request, else in the storage of uploads.

use crate::attendees::error::AttendeeError;
use crate::attendees::import::{Import, Refusal, RefusalReason};
use crate::attendees::repository::TicketRepository;
use crate::clients::storage::StorageError;
use crate::id::MediaId;
use crate::media::error::MediaError;
use crate::media::service::MediaService;
use crate::platform::Platform;

/// Reads what is imported.
#[derive(Clone, Debug)]
pub(super) struct Files {
    repository: TicketRepository,
    media: MediaService,
}

impl Files {
    /// On this platform, of these uploads.
    pub(super) fn new(platform: &Platform, media: MediaService) -> Self {
        Self { repository: TicketRepository::new(platform), media }
    }

    /// The bytes of an import, or why there are none.
    pub(super) async fn read(&self, import: &Import) -> Result<Result<Vec<u8>, Refusal>, AttendeeError> {
        let found = match import.media_id {
            Some(upload) => self.upload(upload).await,
            None => Ok(self.repository.import_content(import).await?.map(String::into_bytes)),
        };
        let missing = || Refusal::new(RefusalReason::FileMissing, "The rows are not there any more.");
        match found {
            Ok(bytes) => Ok(bytes.ok_or_else(missing)),
            Err(AttendeeError::Media(MediaError::Storage(StorageError::TooLong))) => {
                Ok(Err(Refusal::new(RefusalReason::TooLarge, "The file is larger than it was said to be.")))
            }
            Err(error) => Err(error),
        }
    }

    async fn upload(&self, id: MediaId) -> Result<Option<Vec<u8>>, AttendeeError> {
        let content = async { self.media.content(&self.media.import(id).await?).await };
        match content.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(MediaError::NotFound | MediaError::Storage(StorageError::NotFound)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
