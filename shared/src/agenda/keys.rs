//! The keys of agendas, in the partition of their conference, and of bookmarks, in a partition of their user.

use crate::dynamo::Key;
use crate::id::{AgendaSessionId, UserId};
use crate::text::Slug;

fn of(conference: &Slug, sk: String) -> Key {
    Key { pk: partition(conference), sk }
}

/// The partition of a conference.
pub fn partition(conference: &Slug) -> String {
    format!("CONF#{conference}")
}

/// The conference, which must be there when its draft gets the first session.
pub fn conference(conference: &Slug) -> Key {
    of(conference, "CONFERENCE".to_owned())
}

/// The sort keys of the head and of the parts of the draft begin with this, so that one query reads them.
pub const HEAD: &str = "AGENDA";

/// The key of the head.
pub fn head(conference: &Slug) -> Key {
    of(conference, HEAD.to_owned())
}

/// The key of a part of the draft.
pub fn draft_part(conference: &Slug, part: usize) -> Key {
    of(conference, format!("{HEAD}#DRAFT#{part:03}"))
}

/// The sort keys of summaries of releases begin with this.
pub const RELEASES: &str = "RELEASE#";

/// The key of the summary of a release. The number has six digits, so that keys are in the order of numbers.
pub fn release(conference: &Slug, number: u64) -> Key {
    of(conference, format!("{RELEASES}{number:06}"))
}

/// The sort keys of the parts of a release begin with this.
pub fn release_parts(number: u64) -> String {
    format!("RELEASED#{number:06}#")
}

/// The key of a part of a release.
pub fn release_part(conference: &Slug, number: u64, part: usize) -> Key {
    of(conference, format!("{}{part:03}", release_parts(number)))
}

/// The partition of a user's bookmarks, of all conferences.
pub fn plan(user: UserId) -> String {
    format!("PLAN#{user}")
}

/// The sort keys of bookmarks begin with this: those of one conference, or of all.
pub fn bookmarks(conference: Option<&Slug>) -> String {
    conference.map_or_else(|| "BOOKMARK#".to_owned(), |conference| format!("BOOKMARK#{conference}#"))
}

/// The key of a bookmark.
pub fn bookmark(user: UserId, conference: &Slug, session: AgendaSessionId) -> Key {
    Key { pk: plan(user), sk: format!("{}{session}", bookmarks(Some(conference))) }
}

/// The partition of `gsi1` with the bookmarks of a session, by user.
pub fn bookmarked(conference: &Slug, session: AgendaSessionId) -> String {
    format!("BOOKMARKED#{conference}#{session}")
}

/// The key of the count of a user's bookmarks.
pub fn bookmark_count(user: UserId) -> Key {
    Key { pk: plan(user), sk: "BOOKMARKS".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        assert_eq!(conference(&slug).to_string(), "CONF#ibw-2026/CONFERENCE");
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
