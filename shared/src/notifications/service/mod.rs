//! The use cases of notifications, and their rules.
//!
//! [`NotificationService`] is for the API. Each worker has a type of its own, with only the parts that it needs.
//!
//! | type | file | methods |
//! | --- | --- | --- |
//! | [`NotificationService`] | `feed` | `feed`, `unread_count`, `read`, `read_all`, `choices`, `choose` |
//! | | `templates` | `templates`, `template`, `create_template`, `update_template`, `delete_template`, `preview_template` |
//! | | `groups` | `users` of [`GroupSources`] |
//! | | `jobs` | `create_job`, `update_job`, `delete_job`, `job`, `jobs`, `test_job` |
//! | | `preview` | `preview_job` |
//! | | `start` | `start_job`, `approve_job`, `resume_job` |
//! | | `sending` | `pause`, `lift_pause` |
//! | [`Pause`] | `sending` | `version` |
//! | | `recipients` | `recipients`, `export` |
//! | | `reminders` | `round`, `remind` |
//! | [`Round`] | `reminders` | `windows`, `is_over`, `note`, `end` |
//! | [`Progress`] | `progress` | `job`, `change`, `act`, `settle`, `finish` |
//! | | `actions` | `start_due`, `pause`, `cancel`, `retry_failed` |
//! | [`Expander`] | `expansion` | `expand` |
//! | | `limit` | `hold_if_too_many`: what happens if the audience has grown too much |
//! | | `sweep` | `sweep` |
//! | | `notify` | `notify`, `notify_each` |
//! | | `replace` | `standing`, `spread`: what a notice means for others |
//! | [`Sender`] | `delivery` | `chunk` |
//! | | `urgent` | `notification`, `test`, `reply`, `code` |
//! | | `attempt` | `attempt`: lease, send, and what the answer asks for |
//! | | `target` | `lease`, `store`: a row of a job, or the feed |
//! | [`Scheduler`] | `scheduler` | `run` |
//! | [`Pace`] | `pace` | `turn`, `refused` |

#![warn(missing_docs)]

mod actions;
mod attempt;
mod delivery;
mod expansion;
mod feed;
mod groups;
mod jobs;
mod limit;
mod notify;
mod pace;
mod preview;
mod progress;
mod recipients;
mod reminders;
mod replace;
mod scheduler;
mod sender;
mod sending;
mod start;
mod sweep;
mod target;
mod templates;
mod urgent;

pub use expansion::{Expander, LEASE};
pub use feed::FeedQuery;
pub use groups::{Answer, GroupSource, GroupSources};
pub use jobs::{JobDraft, JobPatch};
pub use pace::Pace;
pub use progress::Progress;
pub use recipients::Export;
pub use reminders::{Occasion, Round};
pub use scheduler::Scheduler;
pub use sender::Sender;
pub use sending::Pause;
pub use start::Start;

use std::time::Duration;

use super::repository::NotificationRepository;
use crate::dynamo;
use crate::platform::Platform;
use crate::queue::Outcome;
use crate::random::Random;
use crate::time::Clock;
use crate::users::service::UserService;

/// How the work on a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The message is done.
    Done,
    /// Another worker has the lease, for this long at most.
    Later(Duration),
    /// The message can never be handled, and why.
    Never(&'static str),
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Done => Self::Done,
            Ended::Later(time) => Self::Retry(Some(time)),
            Ended::Never(reason) => Self::Poison(reason),
        }
    }
}

/// Notifications for users and organisers.
#[derive(Clone, Debug)]
pub struct NotificationService {
    pub(super) repository: NotificationRepository,
    users: UserService,
    sources: GroupSources,
    progress: Progress,
    clock: Clock,
    random: Random,
}

impl NotificationService {
    /// `sources` know the groups that audiences can name.
    pub fn new(platform: &Platform, users: UserService, sources: GroupSources) -> Self {
        let (repository, progress) = (NotificationRepository::new(platform), Progress::new(platform));
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository, users, sources, progress, clock, random }
    }

    /// Actions on existing jobs.
    pub const fn actions(&self) -> &Progress {
        &self.progress
    }

    /// Records that a group's chat has a new id, as after its upgrade to a supergroup. Announcements follow it.
    pub async fn chat_moved(&self, from: i64, to: i64) -> Result<(), dynamo::Error> {
        self.repository.move_chat(from, to).await
    }
}
