//! The updates worker: processes the updates that the webhook accepted.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::queue::{Consumer, Message, Outcome};
use ibw::telegram::messages::{UpdateMessage, VERSION};
use ibw::telegram::service::TelegramService;

/// Processes updates.
#[derive(Clone, Debug)]
pub struct Worker {
    consumer: Consumer,
    telegram: TelegramService,
}

impl Worker {
    /// Takes messages from the consumer's queue.
    pub fn new(consumer: Consumer, telegram: TelegramService) -> Self {
        Self { consumer, telegram }
    }

    /// Handles a batch. The answer names the messages to deliver again.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let one = |message| {
            let telegram = self.telegram.clone();
            async move { handle_message(&telegram, &message).await }
        };
        Ok(self.consumer.handle_batch(event, one).await?)
    }
}

async fn handle_message(telegram: &TelegramService, message: &Message) -> Outcome {
    let update = match serde_json::from_str::<UpdateMessage>(&message.body) {
        Ok(update) if update.v == VERSION => update,
        _ => return Outcome::Poison("not a message of this version"),
    };
    match telegram.process(update).await {
        Ok(()) => Outcome::Done,
        Err(error) => {
            tracing::warn!(%error, "telegram.update_failed");
            Outcome::Retry(None)
        }
    }
}
