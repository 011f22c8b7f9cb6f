//! What the bot hears, reduced to ids: never the text of a message.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::users::model::UpdateTime;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum TelegramEvent {
    /// A user sent `/start`, perhaps by a link.
    Start {
        /// Telegram user id.
        telegram_id: i64,
        /// Chat for the reply.
        chat_id: i64,
        /// The link's parameter.
        payload: Option<String>,
    },
    /// A user sent `/stop`.
    Stop {
        /// Telegram user id.
        telegram_id: i64,
        /// Chat for the reply.
        chat_id: i64,
    },
    /// A user sent `/help`.
    Help {
        /// Chat for the reply.
        chat_id: i64,
    },
    /// A user blocked the bot.
    Blocked {
        /// Telegram user id.
        telegram_id: i64,
    },
    /// A user unblocked the bot.
    Unblocked {
        /// Telegram user id.
        telegram_id: i64,
    },
    /// The bot was added to a group, or removed from it.
    BotMembership {
        /// The group.
        chat_id: i64,
        /// Whether the bot is a member.
        is_member: bool,
    },
    /// A user joined or left a group that the bot is in.
    Membership {
        /// The group.
        chat_id: i64,
        /// Telegram user id.
        telegram_id: i64,
        /// Whether the user is a member.
        is_member: bool,
    },
    /// A group became a supergroup, which has another id.
    Migrated {
        /// The id it had.
        from: i64,
        /// The id it has.
        to: i64,
    },
}

/// Membership of a Telegram account in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TelegramGroupMembership)]
pub struct Membership {
    /// Telegram user id. `null` for the bot itself.
    pub telegram_id: Option<i64>,
    /// Chat id of the group.
    pub chat_id: i64,
    /// Whether the account is a member.
    pub is_member: bool,
    /// Update that reported it.
    pub as_of: UpdateTime,
}
