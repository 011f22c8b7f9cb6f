//! The rows of an import: in the database if they came with the request, or else in the storage of uploads.

use crate::attendees::error::AttendeeError;
use crate::attendees::import::{Import, Refusal, RefusalReason};
use crate::attendees::repository::TicketRepository;
use crate::clients::storage::StorageError;
use crate::media::error::MediaError;
use crate::media::model::MediaId;
use crate::media::service::MediaService;
use crate::platform::Platform;

/// Why the rows of an import could not be read.
#[derive(Debug)]
pub(super) enum FileError {
    /// The file cannot be imported. Another try does not help.
    Refused(Refusal),
    /// Reading failed. Another try may succeed.
    Failed(AttendeeError),
}

impl From<Refusal> for FileError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<E: Into<AttendeeError>> From<E> for FileError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Reads what is imported, and deletes it afterwards.
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

    pub(super) async fn read(&self, import: &Import) -> Result<Vec<u8>, FileError> {
        let found = match import.media_id {
            Some(upload) => self.upload(upload).await,
            None => Ok(self.repository.import_content(import).await?.map(String::into_bytes)),
        };
        match found {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(Refusal::new(
                RefusalReason::FileMissing,
                "The file does not exist, or its rows have expired. Import again.",
            )
            .into()),
            Err(MediaError::Storage(StorageError::TooLong)) => Err(Refusal::new(
                RefusalReason::TooLarge,
                "The file is larger than its announced size. Upload it again.",
            )
            .into()),
            Err(error) => Err(AttendeeError::from(error).into()),
        }
    }

    /// Deletes the uploaded file of an import that is over. A dry run leaves it to the import that follows, and an import
    /// leaves it to another one of the same file.
    pub(super) async fn discard(&self, import: &Import) -> Result<(), AttendeeError> {
        let Some(upload) = import.media_id.filter(|_| !import.dry_run) else { return Ok(()) };
        let open = self.repository.open_imports().await?;
        if open.iter().any(|other| other.id != import.id && other.media_id == Some(upload)) {
            return Ok(());
        }
        Ok(self.media.discard_import(upload).await?)
    }

    async fn upload(&self, id: MediaId) -> Result<Option<Vec<u8>>, MediaError> {
        let content = async { self.media.content(&self.media.import(id).await?).await };
        match content.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(MediaError::NotFound | MediaError::Storage(StorageError::NotFound)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
