//! The keys of agendas, in the partition of their conference, and of bookmarks, in the partition of their user.

use crate::dynamo::Key;
use crate::id::{AgendaSessionId, UserId};
use crate::text::Slug;

fn of(conference: &Slug, sk: String) -> Key {
    Key { pk: partition(conference), sk }
}

/// What there is of a conference.
pub fn partition(conference: &Slug) -> String {
    format!("CONF#{conference}")
}

/// The head, and the parts of the draft, begin so.
pub const HEAD: &str = "AGENDA";

/// Where draft and releases stand.
pub fn head(conference: &Slug) -> Key {
    of(conference, HEAD.to_owned())
}

/// A part of the draft.
pub fn draft_part(conference: &Slug, part: usize) -> Key {
    of(conference, format!("{HEAD}#DRAFT#{part:03}"))
}

/// What is told of releases begins so.
pub const RELEASES: &str = "RELEASE#";

/// What is told of a release.
pub fn release(conference: &Slug, number: u64) -> Key {
    of(conference, format!("{RELEASES}{number:06}"))
}

/// The parts of a release begin so.
pub fn release_parts(number: u64) -> String {
    format!("RELEASED#{number:06}#")
}

/// A part of a release.
pub fn release_part(conference: &Slug, number: u64, part: usize) -> Key {
    of(conference, format!("{}{part:03}", release_parts(number)))
}

/// What a user has planned, of all conferences.
pub fn plan(user: UserId) -> String {
    format!("PLAN#{user}")
}

/// A user's bookmarks begin so: all of them, or those of a conference.
pub fn bookmarks(conference: Option<&Slug>) -> String {
    conference.map_or_else(|| "BOOKMARK#".to_owned(), |conference| format!("BOOKMARK#{conference}#"))
}

/// A bookmark.
pub fn bookmark(user: UserId, conference: &Slug, session: AgendaSessionId) -> Key {
    Key { pk: plan(user), sk: format!("{}{session}", bookmarks(Some(conference))) }
}

/// The partition of `gsi1` with all bookmarks of a session, by user.
pub fn bookmarked(conference: &Slug, session: AgendaSessionId) -> String {
    format!("BOOKMARKED#{conference}#{session}")
}

/// How many bookmarks a user has.
pub fn bookmark_count(user: UserId) -> Key {
    Key { pk: plan(user), sk: "BOOKMARKS".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        assert_eq!(head(&slug).to_string(), "CONF#ibw-2026/AGENDA");
        assert_eq!(draft_part(&slug, 2).to_string(), "CONF#ibw-2026/AGENDA#DRAFT#002");
        assert_eq!(release(&slug, 7).to_string(), "CONF#ibw-2026/RELEASE#000007");
        assert_eq!(release_part(&slug, 7, 1).to_string(), "CONF#ibw-2026/RELEASED#000007#001");
        let (user, session) = ("usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W", "ags_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        let (by, of) = (user.parse().unwrap(), session.parse().unwrap());
        assert_eq!(bookmark(by, &slug, of).to_string(), format!("PLAN#{user}/BOOKMARK#ibw-2026#{session}"));
        assert_eq!(bookmarked(&slug, of), format!("BOOKMARKED#ibw-2026#{session}"));
        assert_eq!(bookmark_count(by).to_string(), format!("PLAN#{user}/BOOKMARKS"));
    }
}
