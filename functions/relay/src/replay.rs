//! Replays: an operator has the outbox items of some time sent again, from the tables.
//!
//! All items of that time are sent, whether or not their message arrived before: consumers are idempotent.

use std::collections::BTreeMap;

use aws_lambda_events::event::dynamodb::Event;
use ibw::dynamo::{OUTBOX_SHARDS, OUTBOX_TABLES, OutboxMessage, Position};
use ibw::queue::Outgoing;
use ibw::time::Time;
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Relay;

/// How far back a replay may reach, in days. Consumers remember for five days what they have done.
const MAX_DAYS: i64 = 4;
/// Items that are read and sent between two checks of the deadline.
const PAGE: usize = 100;

/// What the function is invoked with.
#[derive(Debug)]
pub enum Input {
    /// Records of a stream.
    Stream(Event),
    /// A command of an operator: `{"replay": {"from": "…", "to": "…"}}`.
    Replay(Replay),
}

impl Input {
    /// Tells one from the other.
    pub fn of(mut event: Value) -> Result<Self, Error> {
        match event.get_mut("replay") {
            Some(replay) => Ok(Self::Replay(serde_json::from_value(replay.take())?)),
            None => Ok(Self::Stream(serde_json::from_value(event)?)),
        }
    }
}

/// Which items are sent again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Written from this time on.
    pub from: Time,
    /// Written until this time, itself included.
    pub to: Time,
    /// Place to continue at, from the answer before.
    #[serde(default)]
    pub next: Option<Place>,
}

/// A place in the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Number of the table and shard, from 0.
    part: usize,
    /// After this item.
    after: Option<Position>,
}

/// What a replay came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Items that were sent.
    pub sent: usize,
    /// Items that do not decode. Their keys are in the log.
    pub unreadable: usize,
    /// Items that their queue did not take. `next` is the place before them.
    pub failed: usize,
    /// Place to continue at. `null`: all is done.
    pub next: Option<Place>,
}

impl Relay {
    /// Sends items again, as far as there is time before `deadline`.
    pub async fn replay(&self, Replay { from, to, next }: Replay, deadline: Time) -> Result<Replayed, Error> {
        if from < self.platform.clock.now().plus_seconds(-MAX_DAYS * 24 * 3600) || to < from {
            return Err(format!("`from` must be at most {MAX_DAYS} days ago, and `to` not before it").into());
        }
        let mut done = Replayed::default();
        let mut place = next.unwrap_or_default();
        while let Some(table) = OUTBOX_TABLES.get(place.part / OUTBOX_SHARDS) {
            let table = self.platform.tables.table(table);
            let query = OutboxMessage::written(place.part % OUTBOX_SHARDS, from, to).limit(PAGE);
            let page = table.query_each::<OutboxMessage>(query.after(place.after.clone())).await?;
            let read = page.items.len();
            let messages: Vec<OutboxMessage> = page.items.into_iter().filter_map(readable).collect();
            let (all, failed) = (messages.len(), self.send_again(messages).await);
            if failed > 0 {
                (done.failed, done.next) = (failed, Some(place));
                break;
            }
            (done.sent, done.unreadable) = (done.sent + all, done.unreadable + read - all);
            place = Place { part: place.part + usize::from(page.last.is_none()), after: page.last };
            if self.platform.clock.now() >= deadline && place.part < OUTBOX_TABLES.len() * OUTBOX_SHARDS {
                done.next = Some(place);
                break;
            }
        }
        tracing::info!(sent = done.sent, failed = done.failed, is_over = done.next.is_none(), "outbox.replayed");
        Ok(done)
    }

    /// Sends items to their queues. Returns how many were not taken.
    async fn send_again(&self, messages: Vec<OutboxMessage>) -> usize {
        let mut queues: BTreeMap<&str, Vec<Outgoing>> = BTreeMap::new();
        for (queue, message) in messages.into_iter().map(|message| self.outgoing(message)) {
            queues.entry(queue).or_default().push(message);
        }
        let mut failed = 0;
        for (queue, messages) in queues {
            failed += self.publisher.send(queue, &messages).await.len();
        }
        failed
    }
}

/// An item, unless it does not decode.
fn readable(item: Result<OutboxMessage, ibw::dynamo::Error>) -> Option<OutboxMessage> {
    item.inspect_err(|error| tracing::error!(%error, "outbox.poisoned")).ok()
}
