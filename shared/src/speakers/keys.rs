//! The keys of speakers: in the partition of their conference, but for the pointer that finds one by the id alone.

use crate::dynamo::Key;
use crate::id::{SpeakerId, UserId};
use crate::text::{Slug, fold};

/// Characters of a name that speakers are listed by.
const SORTED: usize = 60;

fn of(conference: &Slug, sk: String) -> Key {
    Key { pk: partition(conference), sk }
}

/// What there is of a conference.
pub fn partition(conference: &Slug) -> String {
    format!("CONF#{conference}")
}

/// Speakers begin so.
pub const SPEAKERS: &str = "SPEAKER#";

/// A speaker.
pub fn speaker(conference: &Slug, id: SpeakerId) -> Key {
    of(conference, format!("{SPEAKERS}{id}"))
}

/// That a slug is a speaker's.
pub fn slug(conference: &Slug, slug: &Slug) -> Key {
    of(conference, format!("SPEAKER_SLUG#{slug}"))
}

/// That a user is a speaker.
pub fn user(conference: &Slug, user: UserId) -> Key {
    of(conference, format!("SPEAKER_USER#{user}"))
}

/// Which conference a speaker is of.
pub fn pointer(id: SpeakerId) -> Key {
    Key { pk: format!("SPEAKER#{id}"), sk: "SPEAKER".to_owned() }
}

/// The list of a conference's speakers, in `gsi1`.
pub fn list(conference: &Slug) -> String {
    format!("SPEAKERS#{conference}")
}

/// A speaker's place in it: by name.
pub fn place(name: &str, id: SpeakerId) -> String {
    let name: String = fold(name).chars().take(SORTED).collect();
    format!("{name}#{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let conference: Slug = "ibw-2026".parse().unwrap();
        let id: SpeakerId = "spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        let user_id: UserId = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        assert_eq!(speaker(&conference, id).to_string(), "CONF#ibw-2026/SPEAKER#spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        assert_eq!(slug(&conference, &"asha".parse().unwrap()).to_string(), "CONF#ibw-2026/SPEAKER_SLUG#asha");
        assert_eq!(user(&conference, user_id).to_string(), "CONF#ibw-2026/SPEAKER_USER#usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        assert_eq!(pointer(id).to_string(), "SPEAKER#spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W/SPEAKER");
        assert_eq!(list(&conference), "SPEAKERS#ibw-2026");
        assert_eq!(place("José", id), "jose#spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
    }
}
