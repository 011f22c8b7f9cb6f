//! Why a call of the Bot API did not do what was asked.

use std::time::Duration;

use thiserror::Error;

/// A call that did not do what was asked.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TelegramError {
    /// Too many messages: all who send with this bot wait.
    #[error("Telegram asks to wait for {} s", .retry_after.as_secs())]
    RateLimited {
        /// How long.
        retry_after: Duration,
    },
    /// The bot may not write there: it was blocked or kicked, never started, or the account is gone.
    #[error("the bot may not write to the chat")]
    Blocked,
    /// There is no such chat, or no such person in it.
    #[error("the chat is not found")]
    ChatNotFound,
    /// The group has become a supergroup, which has another id.
    #[error("the chat has another id now")]
    Migrated {
        /// The other id.
        to: i64,
    },
    /// Telegram refuses this request, however often it is sent; with its code.
    #[error("Telegram refuses the request: {0}")]
    Rejected(u16),
    /// The bot's token is wrong.
    #[error("Telegram does not know the bot")]
    Unauthorized,
    /// It was not done, and can be tried again.
    #[error("Telegram is not available: {0}")]
    Unavailable(&'static str),
    /// The request went out and no whole answer came back: it may have been done.
    #[error("Telegram's answer is lost")]
    Unconfirmed,
}
