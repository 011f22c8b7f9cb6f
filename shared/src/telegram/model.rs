//! What the bot hears, reduced to ids: never what somebody wrote.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::users::model::UpdateTime;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum TelegramEvent {
    /// Somebody said `/start` to the bot, perhaps by a link.
    Start {
        /// Who.
        telegram_id: i64,
        /// Where to answer.
        chat_id: i64,
        /// The link's parameter.
        payload: Option<String>,
    },
    /// Somebody said `/stop`.
    Stop {
        /// Who.
        telegram_id: i64,
        /// Where to answer.
        chat_id: i64,
    },
    /// Somebody said `/help`.
    Help {
        /// Where to answer.
        chat_id: i64,
    },
    /// Somebody blocked the bot.
    Blocked {
        /// Who.
        telegram_id: i64,
    },
    /// Somebody unblocked the bot.
    Unblocked {
        /// Who.
        telegram_id: i64,
    },
    /// The bot was added to a group, or removed from it.
    BotMembership {
        /// The group.
        chat_id: i64,
        /// Whether it is in it.
        is_member: bool,
    },
    /// Somebody joined or left a group that the bot is in.
    Membership {
        /// The group.
        chat_id: i64,
        /// Who.
        telegram_id: i64,
        /// Whether they are in it.
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
