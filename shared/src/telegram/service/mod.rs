//! The webhook accepts updates and answers at once. The worker processes them later.

mod update;

use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::config::Secret;
use crate::dynamo::{self, OutboxMessage, Topic};
use crate::notifications::messages::{self, DeliveryMessage};
use crate::notifications::pace::Lane;
use crate::notifications::reply::Reply;
use crate::notifications::service::NotificationService;
use crate::platform::Platform;
use crate::random::Random;
use crate::telegram::error::WebhookError;
use crate::telegram::messages::{UpdateMessage, VERSION};
use crate::telegram::model::{Membership, TelegramEvent};
use crate::telegram::repository::{Refusal, TelegramRepository};
use crate::time::Clock;
use crate::users::error::UserError;
use crate::users::model::UpdateTime;
use crate::users::service::{ChatEvent, UserService};
use update::Update;

/// Seconds in which a chat gets one reply of a kind.
const REPLY_EVERY: i64 = 5;

/// Result of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It goes to the worker.
    New,
    /// It was accepted before.
    Before,
    /// It is of this kind, which the bot does not use.
    Ignored(String),
}

/// Accepts and processes updates.
#[derive(Clone, Debug)]
pub struct TelegramService {
    pub(super) repository: TelegramRepository,
    secret: Option<Secret>,
    users: UserService,
    notifications: NotificationService,
    clock: Clock,
    random: Random,
}

impl TelegramService {
    /// On this platform, for these users. Without a secret, the webhook refuses every request.
    pub fn new(
        platform: &Platform,
        secret: Option<Secret>,
        users: UserService,
        notifications: NotificationService,
    ) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: TelegramRepository::new(platform), secret, users, notifications, clock, random }
    }

    /// Accepts an update that came with this secret, once.
    pub async fn accept(&self, secret: &Secret, update: &Value) -> Result<Accepted, WebhookError> {
        let known = self
            .secret
            .as_ref()
            .is_some_and(|known| known.expose().as_bytes().ct_eq(secret.expose().as_bytes()).into());
        if !known {
            return Err(WebhookError::WrongSecret);
        }
        let update = Update::read(update).ok_or(WebhookError::NoUpdate)?;
        let event = match update.event {
            Ok(event) => event,
            Err(kind) => {
                tracing::info!(kind, "telegram.update_ignored");
                return Ok(Accepted::Ignored(kind));
            }
        };
        let (id, now) = (update.time.update_id, self.clock.now());
        let message = UpdateMessage { v: VERSION, time: update.time, language: update.language, event };
        let message = OutboxMessage::new(Topic::TelegramUpdates, key(id), &message, now, &self.random)?;
        match self.repository.accept(id, &message, now).await {
            Ok(()) => Ok(Accepted::New),
            Err(Refusal::Seen) => Ok(Accepted::Before),
            Err(Refusal::Dynamo(error)) => Err(error.into()),
        }
    }
}

/// Dedupe key of an update.
fn key(update_id: i64) -> String {
    format!("telegram:{update_id}")
}

/// Dedupe key of a reply. Commands that are repeated within a few seconds have one key, so they get one reply: whoever
/// sends a thousand commands must not use up the rate of sending. The seconds of each chat begin at another time, so
/// that
/// the replies to many chats are not due at once.
fn reply_key(chat_id: i64, reply: Reply, time: UpdateTime) -> String {
    let begins = chat_id.rem_euclid(REPLY_EVERY);
    format!("telegram:{chat_id}:{reply}:{}", (time.sent_at + begins) / REPLY_EVERY)
}

/// The worker's part. Each update can be processed several times and in any order.
impl TelegramService {
    /// Processes an update.
    pub async fn process(&self, update: UpdateMessage) -> Result<(), WebhookError> {
        let UpdateMessage { time, language, event, .. } = update;
        match event {
            TelegramEvent::Start { telegram_id, chat_id, payload } => {
                let user = self.users.record_chat(telegram_id, ChatEvent::Started, time).await?;
                // The alarm of `infra/observability.yaml` counts these.
                tracing::info!(known = user.is_some(), parameter = payload.is_some(), "telegram.started");
                if let (Some(user), Some(parameter)) = (user, payload) {
                    self.users.record_start(user, &parameter).await?;
                }
                self.reply(chat_id, Reply::Welcome, language, time).await
            }
            TelegramEvent::Stop { telegram_id, chat_id } => {
                self.users.record_chat(telegram_id, ChatEvent::Stopped, time).await?;
                self.reply(chat_id, Reply::Stopped, language, time).await
            }
            TelegramEvent::Help { chat_id } => self.reply(chat_id, Reply::Help, language, time).await,
            TelegramEvent::Blocked { telegram_id } => self.chat(telegram_id, ChatEvent::Blocked, time).await,
            TelegramEvent::Unblocked { telegram_id } => self.chat(telegram_id, ChatEvent::Unblocked, time).await,
            TelegramEvent::BotMembership { chat_id, is_member } => self.member(None, chat_id, is_member, time).await,
            TelegramEvent::Membership { chat_id, telegram_id, is_member } => {
                self.member(Some(telegram_id), chat_id, is_member, time).await
            }
            TelegramEvent::Migrated { from, to } => Ok(self.notifications.chat_moved(from, to).await?),
        }
    }

    async fn chat(&self, telegram_id: i64, event: ChatEvent, time: UpdateTime) -> Result<(), WebhookError> {
        self.users.record_chat(telegram_id, event, time).await?;
        Ok(())
    }

    async fn member(
        &self,
        telegram_id: Option<i64>,
        chat_id: i64,
        is_member: bool,
        as_of: UpdateTime,
    ) -> Result<(), WebhookError> {
        Ok(self.repository.record(&Membership { telegram_id, chat_id, is_member, as_of }).await?)
    }

    /// Replies to a command. The delivery worker sends a reply once, by its key.
    async fn reply(
        &self,
        chat_id: i64,
        reply: Reply,
        told: Option<String>,
        time: UpdateTime,
    ) -> Result<(), WebhookError> {
        let language = match told {
            Some(told) => Some(told),
            None => self.language_of(chat_id).await?,
        };
        let message = DeliveryMessage::Reply { v: messages::VERSION, chat_id, reply, language };
        let (key, now) = (reply_key(chat_id, reply, time), self.clock.now());
        let message = OutboxMessage::new(Lane::Urgent.topic(), key, &message, now, &self.random)?;
        Ok(self.repository.send(&message).await?)
    }

    /// The language that an account had at its last login. A private chat has the id of the account.
    async fn language_of(&self, telegram_id: i64) -> Result<Option<String>, WebhookError> {
        match self.users.by_telegram(telegram_id).await {
            Ok(user) => Ok(user.language_code),
            Err(UserError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Groups.
impl TelegramService {
    /// Whether an account is in a group, as far as the bot knows.
    pub async fn is_member(&self, telegram_id: i64, chat_id: i64) -> Result<bool, dynamo::Error> {
        Ok(self.repository.membership(telegram_id, chat_id).await?.is_some_and(|found| found.is_member))
    }
}
