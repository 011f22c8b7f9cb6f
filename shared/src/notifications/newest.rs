//! The newest notice about each thing. By it, an older one is found that is not sent yet, and one that comes too late.

use serde::{Deserialize, Serialize};

use super::notice::Subject;
use crate::id::UserId;
use crate::time::Time;

/// The newest notice about something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    /// Its recipient; `None` for a notice to an audience.
    pub user_id: Option<UserId>,
    pub subject: Subject,
    /// The time of the change that it is about.
    pub at: Time,
    /// The id of its notification or job.
    pub id: String,
}

impl Newest {
    /// Whether this notice makes the other one useless.
    pub fn replaces(&self, other: &Self) -> bool {
        self.subject.covers(&other.subject) && (self.at, &self.id) > (other.at, &other.id)
    }
}

impl Subject {
    /// Whether a notice about this says all about the other.
    fn covers(&self, other: &Self) -> bool {
        self.group == other.group && (self.part.is_none() || self.part == other.part)
    }

    /// The whole group.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self { group: self.group.clone(), part: None }
    }
}

/// A notice that becomes the newest one, as long as nobody else is faster.
#[derive(Clone, Debug)]
pub struct Succession {
    pub newest: Newest,
    /// The newest one before, about exactly the same.
    pub before: Option<Newest>,
    /// The newest one about the whole group, if this notice is about a part.
    pub whole: Option<Newest>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_replaces_older_ones_about_the_same_or_a_part_of_it() {
        let notice = |part: Option<&str>, at: &str| Newest {
            user_id: None,
            subject: Subject { group: "agenda".to_owned(), part: part.map(str::to_owned) },
            at: at.parse().unwrap(),
            id: "job".to_owned(),
        };
        let (early, late) = ("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        assert!(notice(Some("a"), late).replaces(&notice(Some("a"), early)));
        assert!(notice(None, late).replaces(&notice(Some("a"), early)));
        assert!(!notice(Some("a"), late).replaces(&notice(Some("b"), early)));
        assert!(!notice(Some("a"), late).replaces(&notice(None, early)), "the others are still to be told");
        assert!(!notice(None, early).replaces(&notice(None, late)));
        assert!(!notice(None, early).replaces(&notice(None, early)), "a repeated notice is the same");
    }
}
