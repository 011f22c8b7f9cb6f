//! A notification in a user's feed, and its delivery on Telegram.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pace::Lane;
use crate::id::UserId;
use crate::text::Line;
use crate::time::Time;
use crate::url::HttpsUrl;

crate::id!(
    /// A notification job.
    JobId,
    "job",
    "NotificationJobId"
);

crate::id!(
    /// A notification in a user's feed.
    NotificationId,
    "ntf"
);

/// The subject of a notification. Users choose the channels of each category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationCategory)]
pub enum Category {
    /// Messages of the organisers to all.
    Announcement,
    /// Sessions: changes and reminders.
    Agenda,
    /// Side events: registrations, changes and reminders.
    Event,
    /// Quests and points.
    Quest,
    /// Connections with other people.
    Connection,
    /// The user's account.
    Account,
}

impl Category {
    pub const ALL: [Self; 6] =
        [Self::Announcement, Self::Agenda, Self::Event, Self::Quest, Self::Connection, Self::Account];
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Announcement => "announcement",
            Self::Agenda => "agenda",
            Self::Event => "event",
            Self::Quest => "quest",
            Self::Connection => "connection",
            Self::Account => "account",
        })
    }
}

/// The link of a notification: a button under the message on Telegram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationLink)]
pub struct Link {
    /// Label of the button.
    pub label: Line<64>,
    /// Target of the link.
    pub url: HttpsUrl,
}

/// The state of the delivery of one message to one recipient. All states but `pending` and `leased` are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not tried yet.
    Pending,
    /// A worker is sending it.
    Leased,
    /// Telegram accepted it.
    Sent,
    /// It was not sent; see the reason.
    Skipped,
    /// It cannot be delivered.
    Failed,
    /// The worker was interrupted. The message may have arrived, so it is not sent again.
    Unknown,
    /// The job was cancelled before it was sent.
    Cancelled,
}

impl DeliveryState {
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Leased)
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Leased => "leased",
            Self::Sent => "sent",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        })
    }
}

/// Why a message was skipped, failed or cancelled.
///
/// `blocked`, `chat_not_found`, `rejected`, `unavailable` and `unconfirmed` are failures, the others are reasons to
/// skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryReason)]
pub enum Reason {
    /// Skipped: the user does not exist any more.
    Gone,
    /// Skipped: the user is banned.
    Banned,
    /// Skipped: the user has not allowed the bot to write, has sent `/stop`, or has blocked the bot.
    Unreachable,
    /// Skipped: the user has switched off Telegram messages in the profile.
    TelegramOff,
    /// Skipped: the user wants critical messages only.
    Muted,
    /// Skipped: the user does not want this category on Telegram.
    CategoryOff,
    /// Skipped: it was in the user's quiet hours.
    QuietHours,
    /// Skipped: it was of no use any more, such as a reminder of something that has begun.
    Expired,
    /// Skipped or cancelled: a newer message about the same thing replaces it.
    Replaced,
    /// Skipped: the person who caused it had caused too many messages that day.
    TooMany,
    /// Failed: the user has blocked the bot, or deleted the Telegram account.
    Blocked,
    /// Failed: Telegram knows no such chat.
    ChatNotFound,
    /// Failed: Telegram does not accept this message.
    Rejected,
    /// Failed: Telegram could not be reached in any of the tries.
    Unavailable,
    /// Failed: Telegram did not answer. The message may have arrived, so it is not sent again.
    Unconfirmed,
}

impl Reason {
    /// Whether a failure is due to the recipient, and not to this system or Telegram.
    pub const fn is_the_recipients(self) -> bool {
        matches!(self, Self::Blocked | Self::ChatNotFound)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "gone",
            Self::Banned => "banned",
            Self::Unreachable => "unreachable",
            Self::TelegramOff => "telegram_off",
            Self::Muted => "muted",
            Self::CategoryOff => "category_off",
            Self::QuietHours => "quiet_hours",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
            Self::TooMany => "too_many",
            Self::Blocked => "blocked",
            Self::ChatNotFound => "chat_not_found",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::Unconfirmed => "unconfirmed",
        })
    }
}

/// The delivery to one recipient, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub state: DeliveryState,
    /// Set if it was skipped or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Sends that were begun.
    pub tries: u32,
    /// The holder of the lease: a nonce of the worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// When the lease expires. A worker that holds it longer has crashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leased_until: Option<Time>,
    /// Telegram accepts no message for this chat before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Time>,
    /// When the state was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

impl Delivery {
    pub const fn pending() -> Self {
        let state = DeliveryState::Pending;
        Self { state, reason: None, tries: 0, holder: None, leased_until: None, not_before: None, at: None }
    }

    pub const fn ended(state: DeliveryState, reason: Option<Reason>, tries: u32, at: Time) -> Self {
        Self { state, reason, tries, holder: None, leased_until: None, not_before: None, at: Some(at) }
    }

    /// Whether its lease has expired, so its worker has crashed.
    pub fn has_lapsed(&self, now: Time) -> bool {
        self.state == DeliveryState::Leased && self.leased_until.is_none_or(|until| until <= now)
    }
}

/// A notification in a user's feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are documented where they are shown, in FeedItem")]
pub struct Notification {
    pub id: NotificationId,
    pub user_id: UserId,
    pub category: Category,
    /// It is sent regardless of the user's preferences.
    pub critical: bool,
    pub title: String,
    pub body: String,
    pub link: Option<Link>,
    pub created_at: Time,
    pub read_at: Option<Time>,
    /// The user does not want the category in the feed. The item only prevents that the message is sent twice.
    #[serde(default)]
    pub hidden: bool,
    pub job_id: Option<JobId>,
    /// The text for Telegram. `None` for a job's notification, whose text is in the job.
    pub html: Option<String>,
    /// A newer one about the same thing replaces it, so no send of it is begun.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replaced: bool,
    /// The lane of its message.
    #[serde(default)]
    pub lane: Lane,
    /// It is not sent after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Time>,
    pub telegram: Delivery,
}
