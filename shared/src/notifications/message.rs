//! The messages between the notification functions: they carry ids, and what cannot go stale.

use serde::{Deserialize, Serialize};

/// A message to one chat, which does not wait behind a job's (`notification-urgent`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum UrgentMessage {
    /// The bot's answer to a command.
    Reply {
        /// Version of the shape.
        v: u32,
        /// Where to.
        chat_id: i64,
        /// Which answer.
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
