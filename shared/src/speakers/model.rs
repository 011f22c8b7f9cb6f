//! A speaker.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::UserId;
use crate::text::{Line, Slug, Text};
use crate::time::Time;
use crate::url::HttpsUrl;
use crate::users::handles::{LinkedinUsername, TwitterUsername};

crate::id!(
    /// A speaker.
    SpeakerId,
    "spk"
);

/// The keys that the imported schedule has for a speaker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpeakerSource {
    /// GUID in the schedule.
    pub guid: Option<String>,
    /// Code in the schedule (pretalx).
    pub code: Option<String>,
    /// Number in the schedule.
    pub id: Option<String>,
    /// A hash of what the schedule said of the speaker. An import with the same hash changes nothing, so that changes
    /// of organisers stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub digest: Option<String>,
}

/// A speaker of a conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Speaker {
    /// Speaker id.
    pub id: SpeakerId,
    /// Slug of the conference.
    pub conference: Slug,
    /// URL slug, unique in the conference. It never changes.
    pub slug: Slug,
    /// Full name.
    pub name: Line<200>,
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
    /// The user that the speaker is linked to.
    pub user_id: Option<UserId>,
    /// Keys in the imported schedule. `null` if an organiser wrote the speaker.
    pub source: Option<SpeakerSource>,
    /// Version. Each change adds one.
    pub version: u64,
    /// Time of creation.
    pub created_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
}

impl Speaker {
    /// The default slug of a name. It is the id if the name has no letter that a slug can have.
    pub(super) fn slug_of(name: &str, id: SpeakerId) -> Slug {
        Slug::of(name, &id.to_string().to_lowercase().replace('_', "-"))
    }

    /// Makes this the next version, changed at `now`.
    pub(super) fn touch(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }

    /// Removes the hash that only imports use, before the speaker is shown.
    pub fn hide_digest(&mut self) {
        if let Some(source) = &mut self.source {
            source.digest = None;
        }
    }
}
