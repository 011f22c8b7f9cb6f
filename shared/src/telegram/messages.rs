//! The messages of the worker of updates.

use serde::{Deserialize, Serialize};

use super::model::TelegramEvent;
use crate::users::model::UpdateTime;

/// The version of [`UpdateMessage`].
pub const VERSION: u32 = 1;

/// An event on its way to the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateMessage {
    /// Version of the shape.
    pub v: u32,
    /// When Telegram made it.
    pub time: UpdateTime,
    /// Language of the user's Telegram, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What happened.
    pub event: TelegramEvent,
}
