//! A person as a schedule names them.

use sha2::{Digest, Sha256};

use super::model::SpeakerSource;
use crate::text::{Line, Text};
use crate::url::HttpsUrl;

/// A person of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// GUID, if the schedule has GUIDs.
    pub guid: Option<String>,
    /// Code, in schedules of pretalx.
    pub code: Option<String>,
    /// Number, in schedules of frab.
    pub id: Option<String>,
    /// The name to show.
    pub name: Line<200>,
    /// Biography.
    pub bio: Option<Text<20000>>,
    /// Photo.
    pub photo_url: Option<HttpsUrl>,
}

impl Person {
    /// Whether the schedule knows the person by more than a name.
    pub(super) fn is_keyed(&self) -> bool {
        self.guid.is_some() || self.code.is_some() || self.id.is_some()
    }

    /// The keys of the person, and a hash of all else, by which the next import sees whether the schedule says
    /// something new.
    pub(super) fn source(&self) -> SpeakerSource {
        let (guid, code, id) = (self.guid.clone(), self.code.clone(), self.id.clone());
        SpeakerSource { guid, code, id, digest: Some(self.digest()) }
    }

    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let bio = self.bio.as_ref().map(Text::as_str).unwrap_or_default();
        for part in [self.name.as_str(), bio, self.photo_url.as_ref().map(HttpsUrl::as_str).unwrap_or_default()] {
            // With its length, so that text that moves from one part to the next changes the hash.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }
}
