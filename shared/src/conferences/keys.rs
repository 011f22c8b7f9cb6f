//! The keys of conferences. A conference's sessions, releases, speakers and check-in lists are in its partition;
//! tickets are in other partitions, as there are many.

use crate::dynamo::Key;
use crate::text::Slug;
use crate::time::Date;

/// The partition of a conference.
pub fn partition(conference: &Slug) -> String {
    format!("CONF#{conference}")
}

pub fn conference(conference: &Slug) -> Key {
    Key { pk: partition(conference), sk: "CONFERENCE".to_owned() }
}

/// What stays of an agenda without sessions and releases: the versions of its draft. An agenda with sessions has more
/// items.
pub fn empty_agenda(conference: &Slug) -> Key {
    Key { pk: partition(conference), sk: "AGENDA".to_owned() }
}

/// The partition of `gsi1` with all conferences.
pub const CONFERENCES: &str = "CONFERENCES";

/// A conference's sort key in `gsi1`: by its first day.
pub fn place(start: Date, conference: &Slug) -> String {
    format!("{start}#{conference}")
}

/// The upper bound of the sort keys of conferences that begin by this day.
pub fn begun_by(day: Date) -> String {
    format!("{day}$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        assert_eq!(conference(&slug).to_string(), "CONF#ibw-2026/CONFERENCE");
        assert_eq!(empty_agenda(&slug).to_string(), "CONF#ibw-2026/AGENDA");
        assert_eq!(place("2026-12-01".parse().unwrap(), &slug), "2026-12-01#ibw-2026");
        let by = begun_by("2026-12-01".parse().unwrap());
        assert!(place("2026-12-01".parse().unwrap(), &slug) < by && by < place("2026-12-02".parse().unwrap(), &slug));
    }
}
