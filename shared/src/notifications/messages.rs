//! The messages between the notification functions: tagged and versioned, of ids and of what cannot go stale.

use serde::{Deserialize, Serialize};

use super::notice::Notice;
use crate::dynamo::{Error, OutboxMessage, Topic};
use crate::id::{JobId, NotificationId, UserId};
use crate::random::Random;

/// The version of all messages.
pub const VERSION: u32 = 1;

/// Work for `notification-jobs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "v is the version of the shape, the others are what their types say")]
pub enum JobsMessage {
    /// Write somebody a notification, or make a job of it.
    Notify { v: u32, notice: Box<Notice> },
    /// List a job's audience, from where it was left.
    Expand { v: u32, job_id: JobId },
    /// Go through a job's chunks, from where that was left.
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

/// Work for `notification-delivery`, from the queue `notification-bulk`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "v is the version of the shape, the others are what their types say")]
pub enum BulkMessage {
    /// Send to the recipients of a chunk.
    Chunk { v: u32, job_id: JobId, number: u32 },
}

/// Work for `notification-delivery` that does not wait behind a job's, from the queue `notification-urgent`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "v is the version of the shape, the others are what their types say")]
pub enum UrgentMessage {
    /// Send a notification that is in a feed.
    Notification {
        v: u32,
        user_id: UserId,
        notification_id: NotificationId,
    },
    /// Send a job's message to the organiser who tries it.
    Test {
        v: u32,
        job_id: JobId,
        user_id: UserId,
    },
    Reply {
        v: u32,
        chat_id: i64,
        reply: Reply,
    },
}

/// What the bot answers to commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To `/start`.
    Welcome,
    /// To `/help`.
    Help,
    /// To `/stop`.
    Stopped,
}

impl Reply {
    /// What it says, in Telegram's HTML.
    pub const fn html(self) -> &'static str {
        match self {
            Self::Welcome => {
                "<b>Welcome to India Blockchain Week!</b>\n\nYou will hear from me about your sessions, events and quests. \
                 Open the app for everything else. /stop keeps me quiet, /help says what I can do."
            }
            Self::Help => {
                "I bring you the conference's announcements and what you asked to be told.\n\n/start lets me write to you\n\
                 /stop keeps me quiet\n/help shows this\n\nWhat you want to hear about, and when, you choose in the app."
            }
            Self::Stopped => "I will be quiet. Your notifications stay in the app. /start lets me write again.",
        }
    }
}
