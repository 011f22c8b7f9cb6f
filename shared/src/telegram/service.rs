//! The webhook, which accepts what Telegram tells and answers at once; and the worker, which does what follows from it.

use serde_json::Value;
use subtle::ConstantTimeEq;

use super::error::WebhookError;
use super::messages::{UpdateMessage, VERSION};
use super::model::{Membership, TelegramEvent};
use super::repository::{Refusal, TelegramRepository};
use super::update::Update;
use crate::config::Secret;
use crate::dynamo::{self, OutboxMessage, Topic};
use crate::notifications::messages::{self, Reply, UrgentMessage};
use crate::notifications::service::Groups;
use crate::random::Random;
use crate::time::Clock;
use crate::users::error::UserError;
use crate::users::model::UpdateTime;
use crate::users::service::{ChatEvent, ChatRecorder};

/// What became of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is on its way to the worker.
    New,
    /// It was accepted before.
    Before,
    /// It does not concern us; its kind.
    Ignored(String),
}

/// Accepts updates.
#[derive(Clone, Debug)]
pub struct Webhook {
    repository: TelegramRepository,
    secret: Option<Secret>,
    clock: Clock,
    random: Random,
}

impl Webhook {
    /// Without a secret, no request can come from Telegram.
    pub fn new(repository: TelegramRepository, secret: Option<Secret>, clock: Clock, random: Random) -> Self {
        Self { repository, secret, clock, random }
    }

    /// Accepts an update that came with this secret, once.
    pub async fn accept(&self, secret: &str, update: &Value) -> Result<Accepted, WebhookError> {
        let known = self.secret.as_ref().is_some_and(|known| known.expose().as_bytes().ct_eq(secret.as_bytes()).into());
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
        let message = UpdateMessage { v: VERSION, time: update.time, event };
        let message = OutboxMessage::new(Topic::TelegramUpdates, key(id), &message, now, &self.random)?;
        match self.repository.accept(id, &message, now).await {
            Ok(()) => Ok(Accepted::New),
            Err(Refusal::Seen) => Ok(Accepted::Before),
            Err(Refusal::Dynamo(error)) => Err(error.into()),
        }
    }
}

/// What tells an update, and what follows from it, from all others.
fn key(update_id: i64) -> String {
    format!("telegram:{update_id}")
}

/// Does what follows from updates. Each may be done again, and in any order.
#[derive(Clone, Debug)]
pub struct Updates {
    repository: TelegramRepository,
    chats: ChatRecorder,
    groups: Groups,
    clock: Clock,
    random: Random,
}

impl Updates {
    /// For users and groups.
    pub fn new(
        repository: TelegramRepository,
        chats: ChatRecorder,
        groups: Groups,
        clock: Clock,
        random: Random,
    ) -> Self {
        Self { repository, chats, groups, clock, random }
    }

    /// Does what follows from an update.
    pub async fn process(&self, update: UpdateMessage) -> Result<(), WebhookError> {
        let UpdateMessage { time, event, .. } = update;
        match event {
            TelegramEvent::Start { telegram_id, chat_id, payload } => {
                let user = self.chats.record(telegram_id, ChatEvent::Started, time).await?;
                if let (Some(user), Some(parameter)) = (user, payload) {
                    self.chats.record_start(user, &parameter).await?;
                }
                self.reply(chat_id, Reply::Welcome, time).await
            }
            TelegramEvent::Stop { telegram_id, chat_id } => {
                self.chats.record(telegram_id, ChatEvent::Stopped, time).await?;
                self.reply(chat_id, Reply::Stopped, time).await
            }
            TelegramEvent::Help { chat_id } => self.reply(chat_id, Reply::Help, time).await,
            TelegramEvent::Blocked { telegram_id } => self.chat(telegram_id, ChatEvent::Blocked, time).await,
            TelegramEvent::Unblocked { telegram_id } => self.chat(telegram_id, ChatEvent::Unblocked, time).await,
            TelegramEvent::BotMembership { chat_id, is_member } => self.member(None, chat_id, is_member, time).await,
            TelegramEvent::Membership { chat_id, telegram_id, is_member } => {
                self.member(Some(telegram_id), chat_id, is_member, time).await
            }
            TelegramEvent::Migrated { from, to } => Ok(self.groups.moved(from, to).await?),
        }
    }

    async fn chat(&self, telegram_id: i64, event: ChatEvent, time: UpdateTime) -> Result<(), WebhookError> {
        self.chats.record(telegram_id, event, time).await?;
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

    /// Has a command answered: however often, the delivery worker sends it once by its key.
    async fn reply(&self, chat_id: i64, reply: Reply, time: UpdateTime) -> Result<(), WebhookError> {
        let message = UrgentMessage::Reply { v: messages::VERSION, chat_id, reply };
        let (key, now) = (key(time.update_id), self.clock.now());
        let message = OutboxMessage::new(Topic::NotificationUrgent, key, &message, now, &self.random)?;
        Ok(self.repository.send(&message).await?)
    }
}

/// Who is in which group.
#[derive(Clone, Debug)]
pub struct Memberships {
    repository: TelegramRepository,
}

impl Memberships {
    /// Of this repository.
    pub fn new(repository: TelegramRepository) -> Self {
        Self { repository }
    }

    /// Whether an account is in a group, as far as the bot has heard.
    pub async fn is_member(&self, telegram_id: i64, chat_id: i64) -> Result<bool, dynamo::Error> {
        Ok(self.repository.membership(telegram_id, chat_id).await?.is_some_and(|found| found.is_member))
    }

    /// The groups of an account, those it has left among them.
    pub async fn of(&self, telegram_id: i64) -> Result<Vec<Membership>, UserError> {
        Ok(self.repository.memberships(telegram_id).await?)
    }

    /// Deletes what is known of an account.
    pub async fn erase(&self, telegram_id: i64) -> Result<(), dynamo::Error> {
        self.repository.forget(telegram_id).await
    }
}
