//! An upload: what it shall be, what it has come to, and which state may follow which.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::MediaId;
use crate::time::Time;

/// How long an upload's address is good, in seconds.
pub const UPLOAD_LIFETIME: i64 = 15 * 60;
/// How long after its beginning nothing of an upload can be under way any more, in seconds: a slow one that began just before
/// its address expired included.
pub const SETTLED_AFTER: i64 = 24 * 3600;
/// How much longer that is when a copy of it may be under way, in seconds.
const COPY_MARGIN: i64 = 3600;

/// What an upload is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A picture, up to 10 MB.
    Image,
    /// A film, up to 200 MB.
    Video,
    /// Rows for an import, up to 20 MB; for admins, and never shown.
    Import,
}

impl Kind {
    /// Bytes of the largest upload.
    pub const fn max_size(self) -> u64 {
        match self {
            Self::Image => 10 * 1024 * 1024,
            Self::Video => 200 * 1024 * 1024,
            Self::Import => 20 * 1024 * 1024,
        }
    }

    /// Whether everybody may see it.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Image | Self::Video)
    }

    const fn folder(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Import => "import",
        }
    }
}

/// What an upload may contain. SVG is not among it: it can carry scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "the types speak for themselves")]
pub enum ContentType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
    #[serde(rename = "image/gif")]
    Gif,
    #[serde(rename = "image/avif")]
    Avif,
    #[serde(rename = "video/mp4")]
    Mp4,
    #[serde(rename = "video/webm")]
    Webm,
    #[serde(rename = "video/quicktime")]
    QuickTime,
    #[serde(rename = "text/csv")]
    Csv,
    #[serde(rename = "application/json")]
    Json,
}

impl ContentType {
    /// The kind that it belongs to.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Jpeg | Self::Png | Self::Webp | Self::Gif | Self::Avif => Kind::Image,
            Self::Mp4 | Self::Webm | Self::QuickTime => Kind::Video,
            Self::Csv | Self::Json => Kind::Import,
        }
    }

    /// As HTTP names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::QuickTime => "video/quicktime",
            Self::Csv => "text/csv",
            Self::Json => "application/json",
        }
    }
}

/// Why an upload was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// It is not of the type that was announced, by its header or by its content.
    WrongType,
    /// It is larger than its kind may be.
    TooLarge,
    /// It is not of the length that was announced.
    WrongSize,
    /// It was replaced while it was being looked at.
    Changed,
    /// Nothing had come when its address expired.
    Expired,
}

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Its object has not been looked at.
    Pending,
    /// Its object is good, and the version that was looked at is being copied to where it stays.
    Verified,
    /// It can be used.
    Ready,
    /// It was not taken.
    Rejected {
        /// Why.
        reason: Rejection,
    },
    /// It is gone; the record stays until nothing of it can be under way.
    Deleted,
}

impl State {
    /// Whether it counts toward its owner's uploads under way.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Verified)
    }
}

/// An upload: one item, versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Its id, which nobody can guess.
    pub id: MediaId,
    /// Who began it: a user, or an API key.
    pub owner: String,
    /// What it shall contain.
    pub content_type: ContentType,
    /// The length that was announced, in bytes.
    pub size: u64,
    /// How far it has come.
    #[serde(flatten)]
    pub state: State,
    /// Names the content that was found good, from `Verified` on.
    pub etag: Option<String>,
    /// When it has to be looked after; `None` once that is settled.
    pub sweep_at: Option<Time>,
    /// Rises by one with each change.
    pub version: u64,
    /// When it began.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl Media {
    /// One that begins now.
    pub fn begin(id: MediaId, owner: String, content_type: ContentType, size: u64, now: Time) -> Self {
        Self {
            id,
            owner,
            content_type,
            size,
            state: State::Pending,
            etag: None,
            sweep_at: Some(now.plus_seconds(SETTLED_AFTER)),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// What it is for.
    pub const fn kind(&self) -> Kind {
        self.content_type.kind()
    }

    /// Where it is uploaded to. Whoever has the address can write there until that expires, so nothing is shown from there.
    pub fn pending_key(&self) -> String {
        format!("pending/{}", self.final_key())
    }

    /// Where it stays. Only a copy of what was found good comes there.
    pub fn final_key(&self) -> String {
        format!("{}/{}", self.kind().folder(), self.id)
    }

    /// When its upload's address expires.
    pub fn upload_expires_at(&self) -> Time {
        self.created_at.plus_seconds(UPLOAD_LIFETIME)
    }

    /// The next version, in another state.
    #[must_use]
    pub fn to(&self, state: State, now: Time) -> Self {
        Self { state, version: self.version + 1, updated_at: now, ..self.clone() }
    }

    /// The next version: found good with this `ETag`.
    #[must_use]
    pub fn verified(&self, etag: String, now: Time) -> Self {
        Self { etag: Some(etag), ..self.to(State::Verified, now) }
    }

    /// The next version: gone. The record is needed as long as an object may still appear, by the upload's address or by a
    /// copy that is under way.
    #[must_use]
    pub fn deleted(&self, now: Time) -> Self {
        let settled = self.created_at.plus_seconds(SETTLED_AFTER);
        let margin = if self.state == State::Verified { COPY_MARGIN } else { 0 };
        Self { sweep_at: Some(settled.max(now.plus_seconds(margin))), ..self.to(State::Deleted, now) }
    }

    /// The next version: in use, and nothing more to look after.
    #[must_use]
    pub fn settled(&self, now: Time) -> Self {
        Self { sweep_at: None, ..self.to(self.state, now) }
    }

    /// Whether it is to be looked after at `now`.
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
