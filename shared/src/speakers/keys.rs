//! The keys of speakers, in the partition of their conference. Only the pointer has a partition of its own, as it is
//! read by the id alone.

use crate::dynamo::Key;
use crate::id::UserId;
use crate::speakers::model::SpeakerId;
use crate::text::{Slug, fold};

/// Characters of a name that order the list: a key may have 1,024 bytes (DynamoDB's limit), and a name 200 characters.
const SORTED: usize = 60;

fn of(conference: &Slug, sk: String) -> Key {
    Key { pk: partition(conference), sk }
}

/// The partition of a conference.
pub fn partition(conference: &Slug) -> String {
    format!("CONF#{conference}")
}

/// The conference, which must be there when it gets a speaker.
pub fn conference(conference: &Slug) -> Key {
    of(conference, "CONFERENCE".to_owned())
}

/// The sort keys of speakers begin with this.
pub const SPEAKERS: &str = "SPEAKER#";

/// The key of a speaker.
pub fn speaker(conference: &Slug, id: SpeakerId) -> Key {
    of(conference, format!("{SPEAKERS}{id}"))
}

/// The claim on a slug.
pub fn slug(conference: &Slug, slug: &Slug) -> Key {
    of(conference, format!("SPEAKER_SLUG#{slug}"))
}

/// The claim on a user.
pub fn user(conference: &Slug, user: UserId) -> Key {
    of(conference, format!("SPEAKER_USER#{user}"))
}

/// The pointer from a speaker's id to the conference.
pub fn pointer(id: SpeakerId) -> Key {
    Key { pk: format!("SPEAKER#{id}"), sk: "SPEAKER".to_owned() }
}

/// The partition of `gsi1` with a conference's speakers.
pub fn list(conference: &Slug) -> String {
    format!("SPEAKERS#{conference}")
}

/// The sort key in `gsi1`: speakers are listed by name.
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
        assert_eq!(super::conference(&conference).to_string(), "CONF#ibw-2026/CONFERENCE");
        assert_eq!(speaker(&conference, id).to_string(), "CONF#ibw-2026/SPEAKER#spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        assert_eq!(slug(&conference, &"asha".parse().unwrap()).to_string(), "CONF#ibw-2026/SPEAKER_SLUG#asha");
        assert_eq!(user(&conference, user_id).to_string(), "CONF#ibw-2026/SPEAKER_USER#usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        assert_eq!(pointer(id).to_string(), "SPEAKER#spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W/SPEAKER");
        assert_eq!(list(&conference), "SPEAKERS#ibw-2026");
        assert_eq!(place("José", id), "jose#spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
    }
}
