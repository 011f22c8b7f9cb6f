//! What can be uploaded: kinds of files, and their content types.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::text::{InvalidText, parsed};

/// Kind of an upload: `image` is up to 10 MB, `video` up to 200 MB, `import` up to 20 MB. Only users
/// with an access role can upload a `video`. An `import` is a file of tickets, which only admins and organizers can
/// upload, and which is never shown. It is deleted when its import is done, or after a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaKind)]
pub enum Kind {
    /// A picture, up to 10 MB.
    Image,
    /// A video, up to 200 MB.
    Video,
    /// A file of tickets, up to 20 MB.
    Import,
}

impl Kind {
    /// Maximum size in bytes.
    pub const fn max_size(self) -> u64 {
        match self {
            Self::Image => 10 * 1024 * 1024,
            Self::Video => 200 * 1024 * 1024,
            Self::Import => 20 * 1024 * 1024,
        }
    }

    /// Whether everybody can see the file.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Image | Self::Video)
    }

    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Import => "import",
        }
    }
}

/// Content type of an upload. Images are JPEG, PNG, WebP, GIF and AVIF. Videos are MP4, WebM and QuickTime. Imports are
/// CSV and JSON. Parameters such as `charset` are ignored. `application/vnd.ms-excel`, as browsers on Windows call CSV, is
/// `text/csv`.
// SVG is left out, because it can carry scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MediaContentType)]
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
    const ALL: [Self; 10] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Gif,
        Self::Avif,
        Self::Mp4,
        Self::Webm,
        Self::QuickTime,
        Self::Csv,
        Self::Json,
    ];

    /// The kind that it belongs to.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Jpeg | Self::Png | Self::Webp | Self::Gif | Self::Avif => Kind::Image,
            Self::Mp4 | Self::Webm | Self::QuickTime => Kind::Video,
            Self::Csv | Self::Json => Kind::Import,
        }
    }

    /// The media type.
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

impl FromStr for ContentType {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence == "application/vnd.ms-excel" {
            return Ok(Self::Csv);
        }
        let known = Self::ALL.into_iter().find(|known| known.as_str() == essence);
        let names = Self::ALL.map(|known| format!("`{}`", known.as_str())).join(", ");
        known.ok_or_else(|| InvalidText(format!("must be one of {names}").into()))
    }
}

impl<'de> Deserialize<'de> for ContentType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_type_is_read_as_browsers_write_it() {
        for (text, known) in [
            ("text/csv", ContentType::Csv),
            ("text/csv; charset=utf-8", ContentType::Csv),
            ("Text/CSV;charset=UTF-8;header=present", ContentType::Csv),
            ("application/vnd.ms-excel", ContentType::Csv),
            ("application/json;charset=utf-8", ContentType::Json),
            ("IMAGE/JPEG", ContentType::Jpeg),
        ] {
            assert_eq!(text.parse(), Ok(known), "{text}");
        }
        for other in ["", "text", "text/csv2", "image/svg+xml", ";text/csv", "text/html; text/csv"] {
            assert!(other.parse::<ContentType>().is_err(), "{other}");
        }
        for known in ContentType::ALL {
            assert_eq!(serde_json::to_value(known).unwrap(), known.as_str());
        }
    }
}
