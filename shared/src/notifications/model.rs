//! A notification in a user's feed, and how its delivery on Telegram went.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{JobId, NotificationId, UserId};
use crate::text::Line;
use crate::time::Time;
use crate::url::HttpsUrl;

/// What a notification is about; users choose by it what reaches them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// What organisers tell everybody.
    Announcement,
    /// Sessions: changes, reminders.
    Agenda,
    /// Side events: registrations, changes, reminders.
    Event,
    /// Quests and points.
    Quest,
    /// People one meets.
    Connection,
    /// One's own account.
    Account,
}

impl Category {
    /// All there are.
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

/// Where a notification leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What the button says.
    pub label: Line<64>,
    /// Where it leads.
    pub url: HttpsUrl,
}

/// How far the delivery of one message to one recipient has come. The last five are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Nobody has tried yet.
    Pending,
    /// A worker is at it.
    Leased,
    /// Telegram took it.
    Sent,
    /// It was not to be sent.
    Skipped,
    /// It cannot be delivered.
    Failed,
    /// The worker was interrupted: it may have been sent.
    Unknown,
    /// The job was cancelled before.
    Cancelled,
}

impl DeliveryState {
    /// Whether nothing more will happen.
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

/// Why a message was skipped, or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Skipped: there is no such user any more.
    Gone,
    /// Skipped: the user is banned.
    Banned,
    /// Skipped: the bot may not write to the user, who never let it, said `/stop` or blocked it.
    Unreachable,
    /// Skipped: the user has switched Telegram off in the profile.
    TelegramOff,
    /// Skipped: the user wants critical messages only.
    Muted,
    /// Skipped: the user does not want this category on Telegram.
    CategoryOff,
    /// Skipped: it was the user's quiet hours.
    QuietHours,
    /// Failed: the user has blocked the bot, or deleted the account.
    Blocked,
    /// Failed: Telegram knows no such chat.
    ChatNotFound,
    /// Failed: Telegram does not take this message.
    Rejected,
    /// Failed: Telegram could not be reached in as many tries as there are.
    Unavailable,
    /// Failed: Telegram's answer did not come, so the message may have arrived. It is not sent again by itself.
    Unconfirmed,
}

impl Reason {
    /// Whether a failure says something about the recipient and not about us or Telegram.
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
            Self::Blocked => "blocked",
            Self::ChatNotFound => "chat_not_found",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::Unconfirmed => "unconfirmed",
        })
    }
}

/// How the delivery to one recipient went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub state: DeliveryState,
    /// Why, where it was skipped or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Sends that were begun.
    pub tries: u32,
    /// Who is at it: the nonce of a worker's turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Until when they are: after that they have died.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leased_until: Option<Time>,
    /// When the state was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

impl Delivery {
    pub const fn pending() -> Self {
        Self { state: DeliveryState::Pending, reason: None, tries: 0, holder: None, leased_until: None, at: None }
    }

    pub const fn ended(state: DeliveryState, reason: Option<Reason>, tries: u32, at: Time) -> Self {
        Self { state, reason, tries, holder: None, leased_until: None, at: Some(at) }
    }

    /// Whether a worker holds it that has died.
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
    /// It reaches the user whatever the preferences say.
    pub critical: bool,
    pub title: String,
    pub body: String,
    pub link: Option<Link>,
    pub created_at: Time,
    pub read_at: Option<Time>,
    /// The user does not want its category in the feed: the item only keeps the message from being sent twice.
    #[serde(default)]
    pub hidden: bool,
    pub job_id: Option<JobId>,
    /// What is sent to Telegram, where it is not the job that says so.
    pub html: Option<String>,
    pub telegram: Delivery,
}
