//! The updates worker: does what follows from what Telegram told the webhook.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::queue::{Consumer, Message, Outcome};
use ibw::telegram::messages::{UpdateMessage, VERSION};
use ibw::telegram::service::Updates;

/// Works on updates.
#[derive(Clone, Debug)]
pub struct Worker {
    consumer: Consumer,
    updates: Updates,
}

impl Worker {
    /// Takes messages from the consumer's queue.
    pub fn new(consumer: Consumer, updates: Updates) -> Self {
        Self { consumer, updates }
    }

    /// Handles a batch; the answer names the messages that shall come again.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let one = |message| {
            let updates = self.updates.clone();
            async move { handle_message(&updates, &message).await }
        };
        Ok(self.consumer.handle_batch(event, one).await?)
    }
}

async fn handle_message(updates: &Updates, message: &Message) -> Outcome {
    let update = match serde_json::from_str::<UpdateMessage>(&message.body) {
        Ok(update) if update.v == VERSION => update,
        _ => return Outcome::Poison("not a message of this version"),
    };
    match updates.process(update).await {
        Ok(()) => Outcome::Done,
        Err(error) => {
            tracing::warn!(%error, "telegram.update_failed");
            Outcome::Retry(None)
        }
    }
}
