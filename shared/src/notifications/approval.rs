//! The approval of a job to many people, and how exactly somebody has to know how many they are.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::UserId;
use crate::time::Time;

/// Most recipients that one person alone may send to.
pub const ALONE: u64 = 5_000;
/// The part of the recipients that may have come or gone since somebody counted them: 1 of 20, which is 5 %.
const TOLERATED: u64 = 20;

/// Whether `now` recipients are about as many as were `seen`: 5 % more or fewer, rounded up to whole people. So in a
/// small audience one person may have come or gone, and an audience that was empty must be empty.
pub const fn is_about(seen: u64, now: u64) -> bool {
    seen.abs_diff(now) <= tolerated(seen)
}

/// The most recipients that are about as many as were `seen`.
pub const fn most(seen: u64) -> u64 {
    seen.saturating_add(tolerated(seen))
}

const fn tolerated(seen: u64) -> u64 {
    seen.div_ceil(TOLERATED)
}

/// How far an approval is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationJobApprovalState)]
pub enum ApprovalState {
    /// A second person has to approve the job.
    Awaited,
    /// A second person has approved it.
    Given,
    /// Nobody approved it before `scheduled_at`, so it did not start, and is a draft again.
    Missed,
}

/// The approval of a job to more than 5,000 recipients or to the Telegram groups: one person asks for its start, and a
/// second one approves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NotificationJobApproval)]
pub struct Approval {
    /// How far it is.
    pub state: ApprovalState,
    /// Who asked for the start, or for the resumption of a job with more recipients than were approved.
    pub asked_by: UserId,
    /// When.
    pub asked_at: Time,
    /// The second person. `null` if there is none.
    pub approved_by: Option<UserId>,
    /// When the second person approved it.
    pub approved_at: Option<Time>,
}

impl Approval {
    /// One that `by` asks for.
    pub const fn ask(by: UserId, now: Time) -> Self {
        Self { state: ApprovalState::Awaited, asked_by: by, asked_at: now, approved_by: None, approved_at: None }
    }

    /// The same, given by a second person.
    #[must_use]
    pub const fn given(self, by: UserId, now: Time) -> Self {
        Self { state: ApprovalState::Given, approved_by: Some(by), approved_at: Some(now), ..self }
    }

    /// Whether it was given.
    pub fn is_given(&self) -> bool {
        self.state == ApprovalState::Given
    }

    /// Whether a second person can give it.
    pub fn is_awaited(&self) -> bool {
        self.state == ApprovalState::Awaited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_about_as_many_within_5_percent_rounded_up() {
        for (seen, least, most) in
            [(0, 0, 0), (1, 0, 2), (10, 9, 11), (20, 19, 21), (21, 19, 23), (100, 95, 105), (100_000, 95_000, 105_000)]
        {
            assert!(is_about(seen, least) && is_about(seen, most), "{seen}");
            assert!(!is_about(seen, most + 1), "{seen}");
            assert_eq!(super::most(seen), most, "{seen}");
            assert!(least == 0 || !is_about(seen, least - 1), "{seen}");
        }
    }
}
