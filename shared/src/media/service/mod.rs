//! The rules of uploads.
//!
//! A client uploads to a key under `pending/`, which can be written with the signed URL until that expires. A
//! completion checks the object, records the checked version (its `ETag`), and copies exactly that version to the final
//! key. An object that is written to the pending key later is never shown, and `housekeeping` removes it.
//!
//! The methods of [`MediaService`]: `begin` in `begin`; `complete` in `complete`; `delete`, `takedown`, `discard_import`,
//! `sweep` and `forget` in `remove`; what reads only (`public_url`, `everything`, `import`, `content`) is here.

mod begin;
mod complete;
mod remove;

use reqwest::Url;

pub use self::begin::{NewUpload, Uploader};
use super::error::MediaError;
use super::model::{Media, State};
use super::repository::MediaRepository;
use super::view::MediaView;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::clients::storage::{SharedStorage, Storage, StorageError};
use crate::id::UserId;
use crate::media::model::MediaId;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Clock;

/// Fields whose values the audit shows.
const SHOWN: [&str; 4] = ["content_type", "reason", "size", "state"];

/// Where uploads are stored. Without a storage, only records can be read.
#[derive(Clone, Debug, Default)]
pub struct MediaConfig {
    /// The storage, for functions that touch uploads.
    pub storage: Option<SharedStorage>,
    /// Base URL of the CDN.
    pub cdn: Option<Url>,
}

/// Uploads.
#[derive(Clone, Debug)]
pub struct MediaService {
    repository: MediaRepository,
    storage: Option<SharedStorage>,
    cdn: Option<Url>,
    clock: Clock,
    random: Random,
}

impl MediaService {
    /// On this platform.
    pub fn new(platform: &Platform, config: MediaConfig) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        let MediaConfig { storage, cdn } = config;
        Self { repository: MediaRepository::new(platform), storage, cdn, clock, random }
    }

    fn storage(&self) -> Result<&dyn Storage, StorageError> {
        self.storage.as_deref().ok_or(StorageError::NotConfigured)
    }

    /// Where everybody reads an upload that is ready and of a public kind.
    pub async fn public_url(&self, id: MediaId) -> Result<String, MediaError> {
        let found = self.repository.by_id(id).await?;
        found.and_then(|media| self.url(&media)).ok_or(MediaError::NotFound)
    }

    /// What the audit has of a change of an upload.
    fn entry(&self, actor: &Actor, action: &str, old: Option<&Media>, new: &Media) -> AuditEntry {
        let changes = Changes::between(old, Some(new), &SHOWN);
        AuditEntry::new(actor, action, format!("media/{}", new.id), changes, self.clock.now(), &self.random)
    }

    fn url(&self, media: &Media) -> Option<String> {
        let cdn = self.cdn.as_ref()?;
        let is_shown = media.state == State::Ready && media.kind().is_public();
        is_shown.then(|| format!("{}/{}", cdn.as_str().trim_end_matches('/'), media.final_key()))
    }

    fn view(&self, media: &Media) -> MediaView {
        MediaView::new(media, self.url(media))
    }

    /// All uploads of a user.
    pub async fn everything(&self, user: UserId) -> Result<Vec<MediaView>, MediaError> {
        let found = self.repository.of_owner(&user.to_string()).await?;
        Ok(found.iter().map(|media| self.view(media)).collect())
    }

    /// An import that is ready to be read.
    pub async fn import(&self, id: MediaId) -> Result<Media, MediaError> {
        let found = self.repository.by_id(id).await?;
        let ready = found.filter(|media| media.state == State::Ready && !media.kind().is_public());
        ready.ok_or(MediaError::NotFound)
    }

    /// The content of an upload that is ready, as long as it was announced at most.
    pub async fn content(&self, media: &Media) -> Result<Vec<u8>, MediaError> {
        let max = usize::try_from(media.size).unwrap_or(usize::MAX);
        Ok(self.storage()?.read(&media.final_key(), max).await?)
    }
}
