//! An upload: what was announced, and its state.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::{ContentType, Kind};
use crate::text::Slug;
use crate::time::Time;

crate::id!(
    /// An upload.
    MediaId,
    "med"
);

/// Lifetime of an upload URL, in seconds.
pub const UPLOAD_LIFETIME: i64 = 15 * 60;
/// Seconds after which no part of an upload can still be in transfer. This includes a slow transfer that began just
/// before the upload URL expired.
pub const SETTLED_AFTER: i64 = 24 * 3600;
/// Maximum number of open uploads of one owner.
pub const MAX_OPEN: u32 = 20;
/// Maximum number of uploads of a user that are open or ready.
pub const MAX_OBJECTS: u32 = 200;
/// Maximum number of bytes of these uploads.
pub const MAX_BYTES: u64 = 500_000_000;
/// Seconds for which an import is kept. It is a list of people.
pub const IMPORT_LIFETIME: i64 = 7 * 24 * 3600;
/// Seconds to add if a copy of the object may still be running.
const COPY_MARGIN: i64 = 3600;

/// Reason why an upload was rejected: the file has another content type (`wrong_type`) or size (`wrong_size`) than
/// announced, is larger than its kind allows (`too_large`), was replaced during the check (`changed`), or did not
/// arrive in time (`expired`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaRejection)]
pub enum Rejection {
    /// The header or the content has another type than announced.
    WrongType,
    /// The file is larger than its kind allows.
    TooLarge,
    /// The file has another size than announced.
    WrongSize,
    /// The file was replaced during the check.
    Changed,
    /// No file had arrived when the upload URL expired.
    Expired,
}

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// The object is not checked yet.
    Pending,
    /// The object passed the check. The checked version is being copied to its final key.
    Verified,
    /// The file can be used.
    Ready,
    /// The file was rejected.
    Rejected {
        /// The reason.
        reason: Rejection,
    },
    /// Deleted. The record stays until no transfer or copy can be running.
    Deleted,
    /// Deleted by staff, for good. The record stays.
    TakenDown,
}

impl State {
    /// Whether it counts toward the open uploads of its owner.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Verified)
    }

    /// Whether it has an object, or may get one, and so counts toward the uploads of its owner.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::Pending | Self::Verified | Self::Ready)
    }

    /// Whether it is gone for its owner.
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::Deleted | Self::TakenDown)
    }
}

/// An upload: one item, versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Id, which cannot be guessed.
    pub id: MediaId,
    /// User id, or name of an API key.
    pub owner: String,
    /// Announced content type.
    pub content_type: ContentType,
    /// Announced size in bytes.
    pub size: u64,
    /// Conference that an import is for; `None` if it can be any.
    #[serde(default)]
    pub conference: Option<Slug>,
    /// State of the upload.
    #[serde(flatten)]
    pub state: State,
    /// `ETag` of the checked object, from `Verified` on.
    pub etag: Option<String>,
    /// Time of the next clean-up; `None` if there is none.
    pub sweep_at: Option<Time>,
    /// Rises by one with each change.
    pub version: u64,
    /// Time of creation.
    pub created_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
}

impl Media {
    /// A new upload.
    pub fn begin(id: MediaId, owner: String, content_type: ContentType, size: u64, now: Time) -> Self {
        Self {
            id,
            owner,
            content_type,
            size,
            conference: None,
            state: State::Pending,
            etag: None,
            sweep_at: Some(now.plus_seconds(SETTLED_AFTER)),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// For this conference only.
    #[must_use]
    pub fn of(self, conference: Option<Slug>) -> Self {
        Self { conference, ..self }
    }

    /// Kind of the upload.
    pub const fn kind(&self) -> Kind {
        self.content_type.kind()
    }

    /// Key of the upload. It can be written with the signed URL until that expires, so it is never shown.
    pub fn pending_key(&self) -> String {
        format!("pending/{}", self.final_key())
    }

    /// Final key. Only a copy of a checked object is written there.
    pub fn final_key(&self) -> String {
        format!("{}/{}", self.kind().folder(), self.id)
    }

    /// Expiry time of the upload URL.
    pub fn upload_expires_at(&self) -> Time {
        self.created_at.plus_seconds(UPLOAD_LIFETIME)
    }

    /// The next version, in another state.
    #[must_use]
    pub fn to(&self, state: State, now: Time) -> Self {
        Self { state, version: self.version + 1, updated_at: now, ..self.clone() }
    }

    /// The next version: checked, with the object's `ETag`.
    #[must_use]
    pub fn verified(&self, etag: String, now: Time) -> Self {
        Self { etag: Some(etag), ..self.to(State::Verified, now) }
    }

    /// The next version: deleted. The record is needed as long as an object can still appear, by the upload URL or by a
    /// running copy.
    #[must_use]
    pub fn deleted(&self, now: Time) -> Self {
        self.gone(State::Deleted, now)
    }

    /// The next version: taken down. The objects are deleted once more when none can appear any more.
    #[must_use]
    pub fn taken_down(&self, now: Time) -> Self {
        self.gone(State::TakenDown, now)
    }

    fn gone(&self, state: State, now: Time) -> Self {
        let settled = self.created_at.plus_seconds(SETTLED_AFTER);
        let margin = if self.state == State::Verified { COPY_MARGIN } else { 0 };
        Self { sweep_at: Some(settled.max(now.plus_seconds(margin))), ..self.to(state, now) }
    }

    /// The next version, with nothing left to clean up, but for an import, which has an end.
    #[must_use]
    pub fn settled(&self, now: Time) -> Self {
        let is_import = self.kind() == Kind::Import && self.state == State::Ready;
        let sweep_at = is_import.then(|| self.created_at.plus_seconds(IMPORT_LIFETIME));
        Self { sweep_at, ..self.to(self.state, now) }
    }

    /// Whether it is an import whose time is over.
    pub fn is_over(&self, now: Time) -> bool {
        self.kind() == Kind::Import && now >= self.created_at.plus_seconds(IMPORT_LIFETIME)
    }

    /// Whether a clean-up is due at `now`.
    pub fn is_due(&self, now: Time) -> bool {
        self.sweep_at.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn at(seconds: i64) -> Time {
        Time::from_millis(0).unwrap().plus_seconds(seconds)
    }

    fn media() -> Media {
        let id = MediaId::generate(at(0), &Random::seeded(1));
        Media::begin(id, "usr_1".to_owned(), ContentType::Png, 7, at(0))
    }

    #[test]
    fn record_of_a_deleted_upload_stays_until_nothing_of_it_can_appear() {
        let day = SETTLED_AFTER;
        assert_eq!(media().deleted(at(60)).sweep_at, Some(at(day)));
        assert_eq!(media().verified("e".to_owned(), at(60)).deleted(at(70)).sweep_at, Some(at(day)));
        assert_eq!(media().verified("e".to_owned(), at(60)).deleted(at(day)).sweep_at, Some(at(day + COPY_MARGIN)));
        let ready = media().verified("e".to_owned(), at(60)).to(State::Ready, at(61));
        assert_eq!(ready.settled(at(day)).deleted(at(2 * day)).sweep_at, Some(at(2 * day)));
    }

    #[test]
    fn objects_are_apart_until_they_are_found_good() {
        let media = media();
        assert_eq!(media.final_key(), format!("image/{}", media.id));
        assert_eq!(media.pending_key(), format!("pending/image/{}", media.id));
    }

    #[test]
    fn content_types_are_written_as_http_names_them() {
        use ContentType::{Avif, Csv, Gif, Jpeg, Json, Mp4, Png, QuickTime, Webm, Webp};
        for content_type in [Jpeg, Png, Webp, Gif, Avif, Mp4, Webm, QuickTime, Csv, Json] {
            assert_eq!(serde_json::to_value(content_type).unwrap(), content_type.as_str());
        }
    }
}
