//! What the private chat with the bot tells about a user: whether the bot may write, and which links the user opened.

use super::UserService;
use crate::expected::Expected;
use crate::id::UserId;
use crate::users::error::UserError;
use crate::users::model::{ChatState, UpdateTime, User};
use crate::users::start::Start;

/// What a user did in the chat with the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatEvent {
    /// Sent `/start`.
    Started,
    /// Sent `/stop`.
    Stopped,
    /// Blocked the bot.
    Blocked,
    /// Unblocked the bot, which does not undo a `/stop`.
    Unblocked,
}

impl UserService {
    /// Records an event, unless a later one is recorded. For an account without a user nothing is stored: at the first
    /// login, Telegram says whether the bot may write (`allows_write_to_pm`).
    pub async fn record_chat(
        &self,
        telegram_id: i64,
        event: ChatEvent,
        at: UpdateTime,
    ) -> Result<Option<UserId>, UserError> {
        let Some(id) = self.identity(telegram_id).await?.map(|identity| identity.user_id) else { return Ok(None) };
        let change = |user: &mut User| {
            if user.chat_as_of < Some(at) {
                user.chat = after(user.chat, event);
                user.chat_as_of = Some(at);
            }
        };
        match self.change(id, &Expected::Any, change).await {
            Ok(_) => Ok(Some(id)),
            // Erased since.
            Err(UserError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Records the first use of a start parameter.
    pub async fn record_start(&self, id: UserId, parameter: &str) -> Result<(), UserError> {
        Ok(self.repository.record_start(&Start::new(id, parameter, self.clock.now())).await?)
    }
}

const fn after(chat: ChatState, event: ChatEvent) -> ChatState {
    match (event, chat) {
        (ChatEvent::Started, _) | (ChatEvent::Unblocked, ChatState::Blocked) => ChatState::Started,
        (ChatEvent::Stopped, _) => ChatState::Stopped,
        (ChatEvent::Blocked, _) => ChatState::Blocked,
        (ChatEvent::Unblocked, _) => chat,
    }
}
