//! How speakers are stored: the speaker, a pointer to find it by its id, and a claim on its slug and on its user.

use serde::{Deserialize, Serialize};

use super::keys;
use super::model::Speaker;
use crate::dynamo::{Entity, Key};
use crate::id::UserId;
use crate::speakers::model::SpeakerId;
use crate::text::Slug;

/// Export: `speakers`.
///
/// Erasure: `speakers` removes the link to the user. The profile stays.
impl Entity for Speaker {
    const NAME: &'static str = "speaker";

    fn key(&self) -> Key {
        keys::speaker(&self.conference, self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::list(&self.conference)), ("gsi1sk", keys::place(self.name.as_str(), self.id))]
    }
}

/// Names the conference of a speaker: the API asks for speakers by their id alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SpeakerPointer {
    pub(super) speaker_id: SpeakerId,
    pub(super) conference: Slug,
}

impl Entity for SpeakerPointer {
    const NAME: &'static str = "speaker_pointer";

    fn key(&self) -> Key {
        keys::pointer(self.speaker_id)
    }
}

/// Keeps a slug for one speaker of the conference.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SlugClaim {
    pub(super) conference: Slug,
    pub(super) slug: Slug,
    pub(super) speaker_id: SpeakerId,
}

impl Entity for SlugClaim {
    const NAME: &'static str = "speaker_slug";

    fn key(&self) -> Key {
        keys::slug(&self.conference, &self.slug)
    }
}

/// Keeps a user for one speaker of the conference.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct UserClaim {
    pub(super) conference: Slug,
    pub(super) user_id: UserId,
    pub(super) speaker_id: SpeakerId,
}

/// Export: none, because it is made of the speaker, which is exported.
///
/// Erasure: `speakers` deletes it.
impl Entity for UserClaim {
    const NAME: &'static str = "speaker_user";

    fn key(&self) -> Key {
        keys::user(&self.conference, self.user_id)
    }
}
