//! The delivery worker: sends the messages of its queues to Telegram. Each lane has a queue, and each message says what
//! is to be sent.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::notifications::error::NotificationError;
use ibw::notifications::messages::{DeliveryMessage, VERSION};
use ibw::notifications::service::{Ended, Sender};
use ibw::queue::{Consumer, Message, Outcome};
use ibw::time::Time;

/// The names of the queues in the function's variables, one for each lane.
pub const QUEUES: [&str; 5] = ["URGENT", "CAUSED", "REMINDERS", "CHANGES", "BULK"];

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Worker {
    consumers: Vec<Consumer>,
    sender: Sender,
}

impl Worker {
    /// Takes messages from the queues of these consumers.
    pub fn new(consumers: Vec<Consumer>, sender: Sender) -> Self {
        Self { consumers, sender }
    }

    /// Handles a batch of one of the queues. What cannot be sent before `deadline` is sent later.
    pub async fn handle(&self, event: SqsEvent, deadline: Time) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let queue = event.records.first().and_then(|record| record.event_source_arn.as_deref()).unwrap_or_default();
        let consumer = self.consumers.iter().find(|consumer| consumer.takes_from(queue));
        let consumer = consumer.ok_or("the batch is of a queue that the function does not know")?;
        let one = |message| {
            let sender = self.sender.clone();
            async move { outcome(send(&sender, &message, deadline).await) }
        };
        Ok(consumer.handle_batch(event, one).await?)
    }
}

/// The result of a message; `None` for one that this version does not know.
type End = Option<Result<Ended, NotificationError>>;

async fn send(sender: &Sender, message: &Message, deadline: Time) -> End {
    let key = &message.dedupe_key;
    match serde_json::from_str(&message.body) {
        Ok(DeliveryMessage::Chunk { v: VERSION, job_id, number, message_number }) => {
            Some(sender.chunk(job_id, number, message_number, deadline).await)
        }
        Ok(DeliveryMessage::Notification { v: VERSION, user_id, notification_id }) => {
            Some(sender.notification(user_id, notification_id, deadline).await)
        }
        Ok(DeliveryMessage::Test { v: VERSION, job_id, user_id }) => {
            Some(sender.test(job_id, user_id, key, deadline).await)
        }
        Ok(DeliveryMessage::Reply { v: VERSION, chat_id, reply, language }) => {
            Some(sender.reply(chat_id, reply, language.as_deref(), key, deadline).await)
        }
        Ok(DeliveryMessage::Code(code)) if code.v == VERSION => Some(sender.code(code, key, deadline).await),
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
