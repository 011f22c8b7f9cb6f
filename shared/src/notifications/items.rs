//! How notifications and jobs are stored: keys, indexes, and marks that are items of their own.

use serde::{Deserialize, Serialize};

use super::cause::Caused;
use super::chunk::Chunk;
use super::job::{Brief, Job};
use super::keys;
use super::lead::Lead;
use super::model::{Category, Notification};
use super::newest::{Newest, Wide};
use super::pace::Timetable;
use super::preferences::Preferences;
use super::template::Template;
use crate::dynamo::{Entity, Key};
use crate::id::UserId;
use crate::time::Time;

/// Seconds that a mark of a reminder is kept after the start. After the start no reminder is sent, so a day is ample.
const KEPT_FOR: i64 = 24 * 3600;

/// Seconds that the newest notice is remembered: longer than an older one can be on its way.
const NEWEST_KEPT_FOR: i64 = 7 * 24 * 3600;

/// Export: `notifications`.
///
/// Erasure: `notifications` deletes the user's feed.
impl Entity for Notification {
    const NAME: &'static str = "notification";

    fn key(&self) -> Key {
        keys::notification(self.user_id, self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let is_unread = self.read_at.is_none() && !self.hidden;
        is_unread.then(|| (keys::UNREAD, self.id.to_string())).into_iter().collect()
    }
}

/// Export: `notification_preferences`.
///
/// Erasure: `notifications` deletes the user's feed.
impl Entity for Preferences {
    const NAME: &'static str = "preferences";

    fn key(&self) -> Key {
        keys::preferences(self.user_id)
    }
}

/// A mark that a user hides a category in the feed. Few users do, so a worker that writes to 100,000 feeds reads the
/// marks of the category, and not 100,000 preferences.
#[derive(Serialize, Deserialize)]
pub(super) struct Hidden {
    pub(super) user_id: UserId,
    pub(super) category: Category,
}

/// Export: none, because it is made of the preferences, which are exported.
///
/// Erasure: `notifications` deletes the user's feed.
impl Entity for Hidden {
    const NAME: &'static str = "hidden_category";

    fn key(&self) -> Key {
        keys::hidden(self.user_id, self.category)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::hiding(self.category)), ("gsi1sk", self.user_id.to_string())]
    }
}

/// The lead of a user with another than the default. Reminders read these, and not the preferences of all users.
#[derive(Serialize, Deserialize)]
pub(super) struct Chosen {
    pub(super) user_id: UserId,
    pub(super) lead: Lead,
}

/// Export: none, because it is made of the preferences, which are exported.
///
/// Erasure: `notifications` deletes the user's feed.
impl Entity for Chosen {
    const NAME: &'static str = "reminder_lead";

    fn key(&self) -> Key {
        keys::lead(self.user_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::LEADS.to_owned()), ("gsi1sk", self.user_id.to_string())]
    }
}

/// A mark that a user was reminded of something at its start time. If the start time changes, there is another
/// reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    pub user_id: UserId,
    pub of: String,
    pub starts_at: Time,
}

/// Export: none, because it only keeps a reminder from being sent twice, and expires.
///
/// Erasure: `notifications` deletes the user's feed.
impl Entity for Reminded {
    const NAME: &'static str = "reminded";

    fn key(&self) -> Key {
        keys::reminded(self.user_id, &self.of, self.starts_at)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.starts_at.plus_seconds(KEPT_FOR).seconds())
    }
}

/// Export: none, because the name is a thing's, not a person's.
///
/// Erasure: none, because the name is a thing's, not a person's.
impl Entity for Template {
    const NAME: &'static str = "template";

    fn key(&self) -> Key {
        keys::template(&self.name)
    }
}

/// Export: none, because organisers need to know who of the staff did it.
///
/// Erasure: none, because organisers need to know who of the staff did it.
impl Entity for Job {
    const NAME: &'static str = "job";

    fn key(&self) -> Key {
        keys::job(self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let open = || vec![("gsi1pk", keys::OPEN_JOBS.to_owned()), ("gsi1sk", self.id.to_string())];
        if self.is_open() { open() } else { Vec::new() }
    }
}

/// Export: none, because a job keeps the ids of its recipients, as docs/OPERATIONS.md says.
///
/// Erasure: none, because a job keeps the ids of its recipients, as docs/OPERATIONS.md says.
impl Entity for Brief {
    const NAME: &'static str = "brief";

    fn key(&self) -> Key {
        keys::brief(self.job_id)
    }
}

/// Export: none, because a job keeps the ids of its recipients, as docs/OPERATIONS.md says.
///
/// Erasure: none, because a job keeps the ids of its recipients, as docs/OPERATIONS.md says.
impl Entity for Chunk {
    const NAME: &'static str = "chunk";

    fn key(&self) -> Key {
        keys::chunk(self.job_id, self.number)
    }
}

/// Export: none, because it only keeps an older notice from being sent, and expires.
///
/// Erasure: `notifications` deletes the user's feed.
impl Entity for Newest {
    const NAME: &'static str = "newest";

    fn key(&self) -> Key {
        match self.user_id {
            Some(user) => keys::newest_to(user, &self.subject.group),
            None => keys::newest(&self.subject, &self.id),
        }
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.at.plus_seconds(NEWEST_KEPT_FOR).seconds())
    }
}

impl Entity for Wide {
    const NAME: &'static str = "wide";

    fn key(&self) -> Key {
        keys::wide(&self.group)
    }
}

/// Export: none, because it is a count that keeps the rate, and expires.
///
/// Erasure: none, because it expires after a day.
impl Entity for Caused {
    const NAME: &'static str = "caused";

    fn key(&self) -> Key {
        keys::caused(self.user_id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(Self::expires_at(self))
    }
}

impl Entity for Timetable {
    const NAME: &'static str = "pace";

    fn key(&self) -> Key {
        keys::pace()
    }
}

/// The new id of a group's chat.
#[derive(Serialize, Deserialize)]
pub(super) struct MovedChat {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Entity for MovedChat {
    const NAME: &'static str = "moved_chat";

    fn key(&self) -> Key {
        keys::moved_chat(self.from)
    }
}
