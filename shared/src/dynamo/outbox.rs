//! The outbox: an effect elsewhere, written in the same transaction as the change that causes it.
//!
//! The `relay` function reads these items from the table's stream and sends each to its topic's queue. An item may be
//! sent more than once; consumers are idempotent by `dedupe_key`. See `docs/adr/0002-outbox-on-streams.md`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

use super::item::decode;
use super::{Entity, Error, Item, Key, Query};
use crate::id::OutboxId;
use crate::random::Random;
use crate::time::Time;

/// The partitions of outbox items begin so; the relay's trigger filters by it.
const PARTITION: &str = "OUTBOX#";
/// Partitions that outbox items are spread over, so that none gets hot.
pub const OUTBOX_SHARDS: usize = 10;
/// Tables with an outbox: those whose stream the relay reads.
pub const OUTBOX_TABLES: [&str; 4] = ["users", "notifications", "conferences", "events"];
/// No queue keeps a message back for longer, in seconds.
const MAX_DELAY: u64 = 900;
/// How long an item stays readable for whoever looks into a fault, in seconds.
const KEPT_FOR: i64 = 7 * 24 * 3600;

/// Makes [`Topic`] of its list: each topic with the variable that tells the relay its queue's URL.
macro_rules! topics {
    ($($(#[$doc:meta])* $topic:ident => $variable:literal),+ $(,)?) => {
        /// Where a message goes: one queue each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Topic {
            $($(#[$doc])* $topic),+
        }

        impl Topic {
            /// All topics.
            pub const ALL: &[Self] = &[$(Self::$topic),+];

            /// The variable in which the relay finds the URL of the topic's queue.
            pub const fn queue_variable(self) -> &'static str {
                match self {
                    $(Self::$topic => $variable),+
                }
            }
        }
    };
}

topics! {
    /// Mails to send.
    Email => "EMAIL_QUEUE_URL",
    /// Notifications to write, audiences to expand.
    NotificationJobs => "NOTIFICATION_JOBS_QUEUE_URL",
    /// Answers that somebody waits for.
    NotificationUrgent => "NOTIFICATION_URGENT_QUEUE_URL",
    /// Messages to single people about what others did.
    NotificationCaused => "NOTIFICATION_CAUSED_QUEUE_URL",
    /// Reminders of what is about to begin.
    NotificationReminders => "NOTIFICATION_REMINDERS_QUEUE_URL",
    /// Chunks of jobs about changes.
    NotificationChanges => "NOTIFICATION_CHANGES_QUEUE_URL",
    /// Chunks of organisers' jobs.
    NotificationBulk => "NOTIFICATION_BULK_QUEUE_URL",
    /// What Telegram told the webhook.
    TelegramUpdates => "TELEGRAM_UPDATES_QUEUE_URL",
    /// Imports of tickets.
    AttendeeImports => "ATTENDEE_IMPORT_QUEUE_URL",
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMessage {
    shard: u64,
    id: OutboxId,
    /// Where it goes.
    pub topic: Topic,
    /// The message itself, JSON: ids, not what they name.
    pub payload: String,
    /// What two deliveries of one message have in common.
    pub dedupe_key: String,
    /// How long the queue shall keep it back, in seconds, at most 900 (SQS's limit).
    #[serde(default)]
    pub delay_seconds: i32,
    expires_at: i64,
}

impl OutboxMessage {
    /// A message; `payload` is written as JSON.
    pub fn new<P: Serialize>(
        topic: Topic,
        dedupe_key: String,
        payload: &P,
        now: Time,
        random: &Random,
    ) -> Result<Self, Error> {
        let payload =
            serde_json::to_string(payload).map_err(|e| Error::Encode { entity: Self::NAME, reason: e.to_string() })?;
        let id = OutboxId::generate(now, random);
        Ok(Self {
            shard: random.below(OUTBOX_SHARDS as u64),
            id,
            topic,
            payload,
            dedupe_key,
            delay_seconds: 0,
            expires_at: now.plus_seconds(KEPT_FOR).seconds(),
        })
    }

    /// The same, kept back by its queue for a while: a quarter of an hour at most.
    #[must_use]
    pub fn delayed(self, delay: Duration) -> Self {
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        Self { delay_seconds: i32::try_from(seconds.min(MAX_DELAY)).unwrap_or_default(), ..self }
    }

    /// Whether an item with this key is an outbox message.
    pub fn is_key(key: &Key) -> bool {
        key.pk.starts_with(PARTITION)
    }

    /// The items of a shard that were written from `from` to `to`, both included, oldest first.
    pub fn written(shard: usize, from: Time, to: Time) -> Query {
        let (first, last) = (sort_key(from, 0), sort_key(to, u128::MAX));
        Query::table(&format!("{PARTITION}{shard}")).between(&first, &last)
    }

    /// Reads the item that a stream record carries.
    pub fn from_image(image: impl Into<Item>) -> Result<Self, Error> {
        decode(image.into())
    }
}

/// The sort key of an item that was written at `at`, with these random bits.
fn sort_key(at: Time, random: u128) -> String {
    format!("out_{}", Ulid::from_parts(at.millis().unsigned_abs(), random))
}

/// Export: none, because it is on its way, and names by id.
///
/// Erasure: none, because it expires.
impl Entity for OutboxMessage {
    const NAME: &'static str = "outbox";

    fn key(&self) -> Key {
        Key { pk: format!("{PARTITION}{}", self.shard), sk: self.id.to_string() }
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_keys_of_a_time_have_all_items_of_it_between_them() {
        let now: Time = "2026-11-22T09:30:00Z".parse().unwrap();
        for seed in 0..20 {
            let message = OutboxMessage::new(Topic::Email, String::new(), &"", now, &Random::seeded(seed)).unwrap();
            let key = message.key().sk;
            assert!(sort_key(now, 0) <= key && key <= sort_key(now, u128::MAX), "{key}");
            assert!(sort_key(now.plus_seconds(-1), u128::MAX) < key && key < sort_key(now.plus_seconds(1), 0), "{key}");
        }
    }
}
