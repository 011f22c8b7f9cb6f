//! The reads and writes of what the bot hears.

use super::items::Seen;
use super::keys;
use super::model::Membership;
use crate::dynamo::{self, Expression, OutboxMessage, Query, Table, Transaction};
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Time;

/// Seconds for which an update is remembered. Telegram repeats an update for a day.
const KEPT: i64 = 2 * 24 * 3600;

/// Why an update was not accepted.
#[derive(Debug)]
pub enum Refusal {
    /// It was accepted before.
    Seen,
    /// DynamoDB.
    Dynamo(dynamo::Error),
}

impl From<dynamo::Error> for Refusal {
    fn from(error: dynamo::Error) -> Self {
        Self::Dynamo(error)
    }
}

/// Why a membership was not recorded.
#[derive(Debug)]
enum Unrecorded {
    /// A later update is known, or the account belongs to no user.
    Moot,
    /// DynamoDB.
    Dynamo(dynamo::Error),
}

impl From<dynamo::Error> for Unrecorded {
    fn from(error: dynamo::Error) -> Self {
        Self::Dynamo(error)
    }
}

/// What the bot knows, in DynamoDB.
#[derive(Clone, Debug)]
pub struct TelegramRepository {
    notifications: Table,
    ephemeral: Table,
    /// Its claims say which accounts belong to users.
    users: Table,
    random: Random,
}

impl TelegramRepository {
    /// On the tables of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self {
            notifications: platform.tables.table("notifications"),
            ephemeral: platform.tables.table("ephemeral"),
            users: platform.tables.table("users"),
            random: platform.random.clone(),
        }
    }

    /// Puts an update's message into the outbox, once.
    pub async fn accept(&self, update_id: i64, message: &OutboxMessage, now: Time) -> Result<(), Refusal> {
        let seen = Seen { update_id, expires_at: now.plus_seconds(KEPT).seconds() };
        let fresh = Expression::absent_or_expired(now.seconds());
        let mut transaction = Transaction::new();
        transaction.put_if(&self.ephemeral, &seen, &fresh, Refusal::Seen);
        transaction.put(&self.notifications, message);
        transaction.run(&self.random).await
    }

    /// Puts a message into the outbox.
    pub async fn send(&self, message: &OutboxMessage) -> Result<(), dynamo::Error> {
        self.notifications.put(message, &Expression::default()).await
    }

    /// Records a membership, unless a later update is recorded, or the account belongs to no user. Nothing is kept of
    /// people who are not users; and a membership cannot be recorded after its user was erased.
    pub async fn record(&self, membership: &Membership) -> Result<(), dynamo::Error> {
        let later = Expression::new(
            "attribute_not_exists(pk) OR as_of.sent_at < :sent OR (as_of.sent_at = :sent AND as_of.update_id < :id)",
        )
        .number(":sent", membership.as_of.sent_at)
        .number(":id", membership.as_of.update_id);
        let mut transaction = Transaction::new();
        if let Some(account) = membership.telegram_id {
            let has_user = Expression::new("attribute_exists(pk)");
            transaction.check(&self.users, &keys::owner(account), &has_user, Unrecorded::Moot);
        }
        transaction.put_if(&self.notifications, membership, &later, Unrecorded::Moot);
        match transaction.run(&self.random).await {
            Ok(()) | Err(Unrecorded::Moot) => Ok(()),
            Err(Unrecorded::Dynamo(error)) => Err(error),
        }
    }

    /// The membership of an account in a group, if the bot knows it.
    pub async fn membership(&self, telegram_id: i64, chat_id: i64) -> Result<Option<Membership>, dynamo::Error> {
        self.notifications.get(&keys::membership(Some(telegram_id), chat_id)).await
    }

    /// The groups of an account: a handful.
    pub async fn memberships(&self, telegram_id: i64) -> Result<Vec<Membership>, dynamo::Error> {
        self.notifications.query_all(Query::table(&keys::account(telegram_id)).prefix(keys::GROUP)).await
    }

    /// Deletes what is known of an account.
    pub async fn forget(&self, telegram_id: i64) -> Result<(), dynamo::Error> {
        let all = self.notifications.keys(&keys::account(telegram_id)).await?;
        self.notifications.batch_delete(&all, &self.random).await
    }
}
