//! A speaker.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{SpeakerId, UserId};
use crate::text::{Line, Slug, Text};
use crate::time::Time;
use crate::url::HttpsUrl;
use crate::users::handles::{LinkedinUsername, TwitterUsername};

/// What the schedule that a speaker was imported from knows them by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpeakerSource {
    /// Their GUID.
    pub guid: Option<String>,
    /// Their code (pretalx).
    pub code: Option<String>,
    /// Their number.
    pub id: Option<String>,
    /// What the schedule said of them when it was last read (a hash): what it says again changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub digest: Option<String>,
}

/// A speaker of a conference: one item, versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Speaker {
    /// Their id.
    pub id: SpeakerId,
    /// The conference they speak at.
    pub conference: Slug,
    /// Their name in addresses: one of its kind in the conference, for good.
    pub slug: Slug,
    /// What they are called.
    pub name: Line<200>,
    /// What they do.
    pub title: Option<Line<200>>,
    /// Who they are.
    pub bio: Option<Text<20000>>,
    /// A photo.
    pub photo_url: Option<HttpsUrl>,
    /// Twitter (X) name.
    pub twitter_username: Option<TwitterUsername>,
    /// LinkedIn profile name.
    pub linkedin_username: Option<LinkedinUsername>,
    /// The user they are.
    pub user_id: Option<UserId>,
    /// Where they were imported from; `null` for whom organisers wrote.
    pub source: Option<SpeakerSource>,
    /// Rises by one with each change.
    pub version: u64,
    /// When they were written.
    pub created_at: Time,
    /// When they were last changed.
    pub updated_at: Time,
}

impl Speaker {
    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }

    /// Leaves out what is of use to imports only.
    pub fn hide_digest(&mut self) {
        if let Some(source) = &mut self.source {
            source.digest = None;
        }
    }
}
