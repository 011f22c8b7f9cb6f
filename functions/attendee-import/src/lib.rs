//! The import worker: imports tickets from uploaded files.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::attendees::error::AttendeeError;
use ibw::attendees::messages::{ImportMessage, VERSION};
use ibw::attendees::service::Importer;
use ibw::queue::{Consumer, Message, Outcome};
use ibw::time::Time;

/// Works on imports.
#[derive(Clone, Debug)]
pub struct Worker {
    consumer: Consumer,
    importer: Importer,
}

impl Worker {
    /// Takes messages from the consumer's queue.
    pub fn new(consumer: Consumer, importer: Importer) -> Self {
        Self { consumer, importer }
    }

    /// Handles a batch. After `deadline`, the rest of an import goes into a new message.
    pub async fn handle(&self, event: SqsEvent, deadline: Time) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let one = |message| {
            let importer = self.importer.clone();
            async move { handle_message(&importer, &message, deadline).await }
        };
        Ok(self.consumer.handle_batch(event, one).await?)
    }
}

async fn handle_message(importer: &Importer, message: &Message, deadline: Time) -> Outcome {
    let Ok(ImportMessage::Import { v: VERSION, conference, import_id }) = serde_json::from_str(&message.body) else {
        return Outcome::Poison("not a message of this version");
    };
    match importer.run(&conference, import_id, deadline).await {
        Ok(()) => Outcome::Done,
        // Other workers change the same tickets. This is no fault, so the retry comes soon.
        Err(AttendeeError::VersionConflict) => Outcome::Retry(Some(Duration::from_secs(1))),
        Err(error) => {
            tracing::warn!(%error, import.id = %import_id, "ticket_import.failed");
            Outcome::Retry(None)
        }
    }
}
