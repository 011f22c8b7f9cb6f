//! The relay: each outbox item that the table's stream shows goes to the queue of its topic.
//!
//! What a queue does not take is reported by sequence number, and the stream shows it again: from the lowest reported
//! one on, so messages after it arrive twice, and consumers are idempotent. A record that does not decode would fail in
//! the same way each time, hold up its shard until its retries are used up, and have its neighbours sent again at each;
//! so its key goes to the failures queue at once, where the stream's own exhausted retries go too. The item itself
//! stays in the table for its seven days, in which an operator can have it sent again ([`Replay`]).

mod replay;

use std::collections::{BTreeMap, HashMap};

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use aws_sdk_sqs::Client;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::{Item, Key, OutboxMessage, Topic};
use ibw::platform::Platform;
use ibw::queue::{Outgoing, Publisher};

pub use replay::{Input, Place, Replay, Replayed};

/// Sends outbox items to queues.
#[derive(Clone, Debug)]
pub struct Relay {
    publisher: Publisher,
    queues: HashMap<Topic, String>,
    failures_queue: String,
    platform: Platform,
}

impl Relay {
    /// Reads the URL of each topic's queue, and `FAILURES_QUEUE_URL`. Replays read the tables of `platform`.
    pub fn read(env: &mut Env, aws: &Aws, platform: Platform) -> Self {
        let queue = |topic: &Topic| (*topic, env.required(topic.queue_variable(), String::new()));
        let queues = Topic::ALL.iter().map(queue).collect();
        Self {
            publisher: Publisher::new(Client::from_conf(aws.sqs())),
            queues,
            failures_queue: env.required("FAILURES_QUEUE_URL", String::new()),
            platform,
        }
    }

    /// Sends the outbox items among the records; the answer names those that shall be shown again. A record without a
    /// sequence number could not be named, so it fails the invocation.
    pub async fn handle(&self, event: Event) -> Result<DynamoDbEventResponse, lambda_runtime::Error> {
        let mut queues: BTreeMap<&str, (Vec<String>, Vec<Outgoing>)> = BTreeMap::new();
        for mut record in event.records {
            let number = record.change.sequence_number.take().filter(|number| !number.is_empty());
            let number = number.ok_or("a record of the stream has no sequence number")?;
            if let Some((queue, message)) = self.route(record) {
                let (numbers, messages) = queues.entry(queue).or_default();
                numbers.push(number);
                messages.push(message);
            }
        }
        let mut response = DynamoDbEventResponse::default();
        for (queue, (numbers, messages)) in queues {
            let failed = self.publisher.send(queue, &messages).await;
            tracing::info!(messages = messages.len(), failed = failed.len(), "outbox.relayed");
            response.batch_item_failures.extend(
                failed.into_iter().filter_map(|position| numbers.get(position)).map(|number| show_again(number)),
            );
        }
        Ok(response)
    }

    /// The message a record asks for, and its queue; none where the record is not a new outbox item.
    fn route(&self, record: EventRecord) -> Option<(&str, Outgoing)> {
        let keys: Item = record.change.keys.into();
        let key = Key::of(&keys);
        if record.event_name != "INSERT" || !OutboxMessage::is_key(&key) {
            return None;
        }
        Some(match OutboxMessage::from_image(record.change.new_image) {
            Ok(message) => self.outgoing(message),
            Err(error) => {
                tracing::error!(%error, "outbox.poisoned");
                let body = serde_json::json!({"table": record.event_source_arn, "pk": key.pk, "sk": key.sk});
                (
                    &self.failures_queue,
                    Outgoing { body: body.to_string(), dedupe_key: key.to_string(), delay_seconds: 0 },
                )
            }
        })
    }

    /// An item as its queue gets it.
    fn outgoing(&self, message: OutboxMessage) -> (&str, Outgoing) {
        let queue = self.queues.get(&message.topic).unwrap_or(&self.failures_queue);
        let OutboxMessage { payload: body, dedupe_key, delay_seconds, .. } = message;
        (queue, Outgoing { body, dedupe_key, delay_seconds })
    }
}

fn show_again(number: &str) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = Some(number.to_owned());
    failure
}
