//! Telegram's Bot API (<https://core.telegram.org/bots/api>): what a bot sends, asks, and is told when it may not.
//!
//! The token is part of each URL, so no error here carries one. Nor do they carry what was sent, or to whom.

mod answer;
mod error;

use std::time::Duration;

use reqwest::{Client, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use error::TelegramError;

use self::answer::{read, unanswered};
use super::http;
use crate::config::{Env, Secret};
use crate::deadline::{Over, in_time};

/// A message to one chat. Not `Debug`: what people are told is not logged.
#[derive(Clone, Copy)]
pub struct TelegramMessage<'a> {
    /// The text in Telegram's HTML; under a photo it is the caption.
    pub html: &'a str,
    /// Where Telegram finds the photo, or the id of one that it has.
    pub photo: Option<&'a str>,
    /// A button below.
    pub button: Option<Button<'a>>,
}

/// A button that opens an address.
#[derive(Clone, Copy, Serialize)]
pub struct Button<'a> {
    /// What is on it.
    pub text: &'a str,
    /// What it opens.
    pub url: &'a str,
}

/// Somebody's standing in a chat (`ChatMember`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are Telegram's")]
pub enum ChatMember {
    Creator,
    Administrator,
    Member,
    /// May not do all that members may, and need not be one.
    Restricted {
        is_member: bool,
    },
    Left,
    Kicked,
    /// A standing that Telegram has invented since.
    #[serde(other)]
    Unknown,
}

impl ChatMember {
    /// Whether they are in the chat.
    pub const fn is_member(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator | Self::Member | Self::Restricted { is_member: true })
    }
}

/// A bot.
#[derive(Clone, Debug)]
pub struct Telegram {
    api: String,
    token: Secret,
    http: Client,
}

#[derive(Deserialize)]
struct Sent {
    message_id: i64,
}

impl Telegram {
    /// Reads `TELEGRAM_API_URL` (Telegram's own), the first of `TELEGRAM_BOT_TOKENS`, and `TELEGRAM_TIMEOUT_MS`, which
    /// is how long a call may take (10,000).
    pub fn read(env: &mut Env) -> Self {
        let api = env.optional::<Url>("TELEGRAM_API_URL").map(String::from);
        let token = env.list("TELEGRAM_BOT_TOKENS").into_iter().next().unwrap_or_default();
        if token.is_empty() {
            env.problem("TELEGRAM_BOT_TOKENS", "is missing");
        }
        let timeout = Duration::from_millis(env.optional("TELEGRAM_TIMEOUT_MS").unwrap_or(10_000));
        let api = api.unwrap_or_else(|| "https://api.telegram.org".to_owned());
        Self { api: api.trim_end_matches('/').to_owned(), token: Secret::new(token), http: http::client(env, timeout) }
    }

    /// Sends a message and answers its id. There is no way to have Telegram know a message that comes a second time.
    pub async fn send(&self, chat: i64, message: &TelegramMessage<'_>) -> Result<i64, TelegramError> {
        let (method, mut request) = match message.photo {
            Some(photo) => ("sendPhoto", json!({"photo": photo, "caption": message.html})),
            None => ("sendMessage", json!({"text": message.html, "link_preview_options": {"is_disabled": true}})),
        };
        request["chat_id"] = chat.into();
        request["parse_mode"] = "HTML".into();
        if let Some(button) = message.button {
            request["reply_markup"] = json!({"inline_keyboard": [[button]]});
        }
        let sent: Sent = self.call(method, &request).await?;
        Ok(sent.message_id)
    }

    /// Somebody's standing in a chat that the bot is in; in a channel or a large group, the bot must be an
    /// administrator.
    pub async fn chat_member(&self, chat: i64, user: i64) -> Result<ChatMember, TelegramError> {
        self.call("getChatMember", &json!({"chat_id": chat, "user_id": user})).await
    }

    /// Has Telegram send the bot's updates of these kinds to an address, with the secret in a header.
    pub async fn set_webhook(&self, url: &str, secret: &Secret, allowed_updates: &[&str]) -> Result<(), TelegramError> {
        let request = json!({"url": url, "secret_token": secret.expose(), "allowed_updates": allowed_updates});
        self.call::<bool>("setWebhook", &request).await.map(|_| ())
    }

    async fn call<T: DeserializeOwned>(&self, method: &str, request: &Value) -> Result<T, TelegramError> {
        let url = format!("{}/bot{}/{method}", self.api, self.token.expose());
        let response = in_time(self.http.post(url).json(request).send()).await;
        let response = response.map_err(|Over| TelegramError::Unconfirmed)?.map_err(|error| unanswered(&error))?;
        let status = response.status().as_u16();
        // Of an answer that broke off, the status may still say enough.
        let body = http::body(response, http::MAX_BODY).await.unwrap_or_default();
        read(status, &body)
    }
}
