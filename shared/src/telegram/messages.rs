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
    /// What happened.
    pub event: TelegramEvent,
}
