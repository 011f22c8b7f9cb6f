//! What happened on Telegram, in our words: ids only, and never what somebody wrote.

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
    /// Somebody took the block back.
    Unblocked {
        /// Who.
        telegram_id: i64,
    },
    /// The bot was taken into a group, or put out of it.
    BotMembership {
        /// The group.
        chat_id: i64,
        /// Whether it is in it.
        is_member: bool,
    },
    /// Somebody joined a group of the bot's, or left it.
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

/// Whether somebody is in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    /// Who, by Telegram's id; the bot itself has none here.
    pub telegram_id: Option<i64>,
    /// The group.
    pub chat_id: i64,
    /// Whether they are in it.
    pub is_member: bool,
    /// The update that said so.
    pub as_of: UpdateTime,
}
