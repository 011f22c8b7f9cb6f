//! The newest notices about each thing. They show which older ones need not be sent, and which come too late.

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

/// The last notice about several things of a group that was stored. A notice about one thing is stored only if none
/// about several was stored since it looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wide {
    pub group: String,
    /// The id of its job.
    pub id: String,
}

/// A notice that becomes the newest one, as long as nobody else is faster.
#[derive(Clone, Debug)]
pub struct Succession {
    pub newest: Newest,
    /// The newest one before, about exactly the same.
    pub before: Option<Newest>,
    /// The last one about several things.
    pub wide: Option<Wide>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_replaces_older_ones_about_the_same_or_a_part_of_it() {
        let notice = |parts: &[&str], at: &str| Newest {
            user_id: None,
            subject: Subject {
                group: "agenda".to_owned(),
                parts: parts.iter().map(|part| (*part).to_owned()).collect(),
            },
            at: at.parse().unwrap(),
            id: "job".to_owned(),
        };
        let (early, late) = ("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        assert!(notice(&["a"], late).replaces(&notice(&["a"], early)));
        assert!(notice(&["a", "b"], late).replaces(&notice(&["a"], early)));
        assert!(!notice(&["a", "b"], late).replaces(&notice(&["c"], early)), "others are to be told of c");
        assert!(!notice(&["a"], late).replaces(&notice(&["a", "b"], early)), "b is still to be told");
        assert!(!notice(&["a"], early).replaces(&notice(&["a"], late)));
        assert!(!notice(&["a"], early).replaces(&notice(&["a"], early)), "a repeated notice is the same");
        assert!(notice(&[], late).replaces(&notice(&[], early)));
        assert!(!notice(&["a"], late).replaces(&notice(&[], early)));
    }
}
