//! Sends messages to a queue, ten at a time, and says which were not taken.

use std::collections::HashSet;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use super::message::DEDUPE_KEY;
use crate::clients::aws::failure_code;

/// Entries of one `SendMessageBatch` (SQS's limit).
const BATCH: usize = 10;

/// A message to send. Not `Debug`: bodies are not logged.
#[derive(Clone)]
pub struct Outgoing {
    /// The payload.
    pub body: String,
    /// What two deliveries of it have in common.
    pub dedupe_key: String,
    /// How long the queue shall keep it back, in seconds.
    pub delay_seconds: i32,
}

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Publisher {
    sqs: Client,
}

impl Publisher {
    /// Sends through this client.
    pub fn new(sqs: Client) -> Self {
        Self { sqs }
    }

    /// Sends all to the queue, and answers the positions of those that were not taken: they may be sent again. A
    /// message whose answer was lost counts as not taken, so it may arrive twice.
    pub async fn send(&self, queue_url: &str, messages: &[Outgoing]) -> Vec<usize> {
        let mut failed = Vec::new();
        for (batch, chunk) in messages.chunks(BATCH).enumerate() {
            let first = batch * BATCH;
            let taken = self.send_batch(queue_url, chunk).await;
            failed.extend((0..chunk.len()).filter(|entry| !taken.contains(entry)).map(|entry| first + entry));
        }
        failed
    }

    /// The entries that were taken; only a receipt counts as one.
    async fn send_batch(&self, queue_url: &str, messages: &[Outgoing]) -> HashSet<usize> {
        let entries =
            messages.iter().enumerate().map(|(id, message)| entry(id, message)).collect::<Result<Vec<_>, _>>();
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                tracing::error!(%error, "queue.batch_not_built");
                return HashSet::new();
            }
        };
        match self.sqs.send_message_batch().queue_url(queue_url).set_entries(Some(entries)).send().await {
            Ok(answer) => {
                for failure in answer.failed() {
                    tracing::warn!(code = failure.code(), "queue.message_refused");
                }
                answer.successful().iter().filter_map(|success| success.id().parse().ok()).collect()
            }
            Err(error) => {
                tracing::warn!(code = failure_code(&error), "queue.send_failed");
                HashSet::new()
            }
        }
    }
}

fn entry(id: usize, message: &Outgoing) -> Result<SendMessageBatchRequestEntry, BuildError> {
    SendMessageBatchRequestEntry::builder()
        .id(id.to_string())
        .message_body(&message.body)
        .delay_seconds(message.delay_seconds)
        .message_attributes(DEDUPE_KEY, text(&message.dedupe_key)?)
        .build()
}

/// A message attribute that is text.
pub(super) fn text(value: &str) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder().data_type("String").string_value(value).build()
}
