//! Speakers as the API takes them, and what it says of their import.

use serde::{Deserialize, Serialize};
use serde_with::rust::double_option;
use utoipa::ToSchema;

use crate::text::{Line, Slug, Text, not_null};
use crate::url::HttpsUrl;
use crate::users::handles::{LinkedinUsername, TwitterUsername};

/// A new speaker.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSpeaker {
    /// Full name.
    pub name: Line<200>,
    /// URL slug, unique in the conference. It never changes. Default: made from the name.
    pub slug: Option<Slug>,
    /// Job title.
    pub title: Option<Line<200>>,
    /// Biography.
    pub bio: Option<Text<20000>>,
    /// Photo.
    pub photo_url: Option<HttpsUrl>,
    /// X (Twitter) username.
    pub twitter_username: Option<TwitterUsername>,
    /// LinkedIn profile name.
    pub linkedin_username: Option<LinkedinUsername>,
}

/// Changes to a speaker. An absent field stays as it is, `null` clears it, a value replaces it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SpeakerPatch {
    /// Full name.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub name: Option<Line<200>>,
    /// Job title.
    #[serde(with = "double_option")]
    pub title: Option<Option<Line<200>>>,
    /// Biography.
    #[serde(with = "double_option")]
    pub bio: Option<Option<Text<20000>>>,
    /// Photo.
    #[serde(with = "double_option")]
    pub photo_url: Option<Option<HttpsUrl>>,
    /// X (Twitter) username.
    #[serde(with = "double_option")]
    pub twitter_username: Option<Option<TwitterUsername>>,
    /// LinkedIn profile name.
    #[serde(with = "double_option")]
    pub linkedin_username: Option<Option<LinkedinUsername>>,
}

/// How many speakers the import of a schedule created, found and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpeakerCounts {
    /// Speakers that the import created.
    pub created: usize,
    /// Speakers of the schedule that existed before.
    pub matched: usize,
    /// Speakers among `matched` that the import changed.
    pub changed: usize,
}
