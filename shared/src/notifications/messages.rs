//! The queue messages of the notification functions: tagged, versioned, and only with ids and data that cannot go
//! stale.

use serde::{Deserialize, Serialize};

use super::notice::Notice;
use super::reply::Reply;
use crate::dynamo::{Error, OutboxMessage, Topic};
use crate::id::UserId;
use crate::notifications::model::{JobId, Notification, NotificationId};
use crate::notifications::pace::Lane;
use crate::random::Random;
use crate::time::Time;

/// The version of all messages.
pub const VERSION: u32 = 1;

/// Work for `notification-jobs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "v is the version of the shape, the others are what their types say")]
pub enum JobsMessage {
    /// Notify a user, or create a job for an audience.
    Notify { v: u32, notice: Box<Notice> },
    /// Notify of several things that one transaction changed.
    NotifyEach { v: u32, notices: Vec<Notice> },
    /// List a job's audience from its stored position.
    Expand { v: u32, job_id: JobId },
    /// Continue a job's sweep from its stored position.
    Sweep { v: u32, job_id: JobId },
}

impl Notice {
    /// The message to put into the outbox of the domain's table.
    pub fn outbox(self, random: &Random) -> Result<OutboxMessage, Error> {
        let (key, at) = (format!("notice:{}", self.dedupe_key), self.at);
        let message = JobsMessage::Notify { v: VERSION, notice: Box::new(self) };
        OutboxMessage::new(Topic::NotificationJobs, key, &message, at, random)
    }
}

/// The message of several notices, as a transaction has room for one. `key` is unique among all domains.
pub fn notify_each(notices: Vec<Notice>, key: String, at: Time, random: &Random) -> Result<OutboxMessage, Error> {
    let message = JobsMessage::NotifyEach { v: VERSION, notices };
    OutboxMessage::new(Topic::NotificationJobs, format!("notices:{key}"), &message, at, random)
}

impl Lane {
    /// The topic of its messages.
    pub const fn topic(self) -> Topic {
        match self {
            Self::Urgent => Topic::NotificationUrgent,
            Self::Caused => Topic::NotificationCaused,
            Self::Reminders => Topic::NotificationReminders,
            Self::Changes => Topic::NotificationChanges,
            Self::Bulk => Topic::NotificationBulk,
        }
    }
}

/// Work for `notification-delivery`. The queue that a message comes from is its lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "v is the version of the shape, the others are what their types say")]
pub enum DeliveryMessage {
    /// Send to the recipients of a chunk, if this is the chunk's newest message.
    Chunk {
        v: u32,
        job_id: JobId,
        number: u32,
        #[serde(default)]
        message_number: u64,
    },
    /// Send a notification that is in a feed.
    Notification { v: u32, user_id: UserId, notification_id: NotificationId },
    /// Send a job's message to the organiser who tests it.
    Test { v: u32, job_id: JobId, user_id: UserId },
    /// Send a one-time code.
    Code(OneTimeMessage),
    /// Answer a command. `language` is the one that the user's Telegram has, if it said so.
    Reply {
        v: u32,
        chat_id: i64,
        reply: Reply,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
}

/// A one-time code on its way to a private chat. It is of use for a few minutes only, so the code itself may be here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneTimeMessage {
    /// Version of the shape.
    pub v: u32,
    /// The chat.
    pub chat_id: i64,
    /// The code.
    pub code: String,
    /// End of its validity.
    pub expires_at: Time,
    /// Language of the user's Telegram app.
    pub language: Option<String>,
}

/// The message that makes a worker send a notification.
pub fn send(notification: &Notification, now: Time, random: &Random) -> Result<OutboxMessage, Error> {
    let (user_id, notification_id) = (notification.user_id, notification.id);
    let message = DeliveryMessage::Notification { v: VERSION, user_id, notification_id };
    OutboxMessage::new(notification.lane.topic(), format!("notification:{notification_id}"), &message, now, random)
}
