//! The delivery worker: sends the messages of its two queues to Telegram, each queue at its own rate.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::notifications::error::NotificationError;
use ibw::notifications::messages::{BulkMessage, UrgentMessage, VERSION};
use ibw::notifications::service::{Ended, Sender};
use ibw::queue::{Consumer, Message, Outcome};
use ibw::time::Time;

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Worker {
    urgent: Consumer,
    bulk: Consumer,
    sender: Sender,
}

impl Worker {
    /// Takes messages from both queues.
    pub fn new(urgent: Consumer, bulk: Consumer, sender: Sender) -> Self {
        Self { urgent, bulk, sender }
    }

    /// Handles a batch of one of the queues. What cannot be sent before `deadline` is sent later.
    pub async fn handle(&self, event: SqsEvent, deadline: Time) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let queue = event.records.first().and_then(|record| record.event_source_arn.as_deref()).unwrap_or_default();
        let is_bulk = self.bulk.takes_from(queue);
        let consumer = if is_bulk { &self.bulk } else { &self.urgent };
        let one = |message| {
            let sender = self.sender.clone();
            async move {
                let ended = if is_bulk {
                    bulk(&sender, &message, deadline).await
                } else {
                    urgent(&sender, &message, deadline).await
                };
                outcome(ended)
            }
        };
        Ok(consumer.handle_batch(event, one).await?)
    }
}

/// The result of a message; `None` for one that this version does not know.
type End = Option<Result<Ended, NotificationError>>;

async fn bulk(sender: &Sender, message: &Message, deadline: Time) -> End {
    match serde_json::from_str(&message.body) {
        Ok(BulkMessage::Chunk { v: VERSION, job_id, number }) => Some(sender.chunk(job_id, number, deadline).await),
        _ => None,
    }
}

async fn urgent(sender: &Sender, message: &Message, deadline: Time) -> End {
    let key = &message.dedupe_key;
    match serde_json::from_str(&message.body) {
        Ok(UrgentMessage::Notification { v: VERSION, user_id, notification_id }) => {
            Some(sender.notification(user_id, notification_id, deadline).await)
        }
        Ok(UrgentMessage::Test { v: VERSION, job_id, user_id }) => {
            Some(sender.test(job_id, user_id, key, deadline).await)
        }
        Ok(UrgentMessage::Reply { v: VERSION, chat_id, reply, language }) => {
            Some(sender.reply(chat_id, reply, language.as_deref(), key, deadline).await)
        }
        _ => None,
    }
}

fn outcome(end: End) -> Outcome {
    match end {
        None => Outcome::Poison("not a message of this version"),
        Some(Ok(ended)) => ended.into(),
        Some(Err(error)) => {
            tracing::warn!(%error, "delivery.interrupted");
            Outcome::Retry(None)
        }
    }
}
