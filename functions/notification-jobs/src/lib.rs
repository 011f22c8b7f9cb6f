//! The jobs worker: writes notifications of single users, expands jobs, and sweeps over their rows.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::notifications::error::NotificationError;
use ibw::notifications::messages::{JobsMessage, VERSION};
use ibw::notifications::service::{Ended, Expander};
use ibw::queue::{Consumer, Message, Outcome};
use ibw::time::Time;

/// Works on jobs.
#[derive(Clone, Debug)]
pub struct Worker {
    consumer: Consumer,
    expander: Expander,
}

impl Worker {
    /// Takes messages from the consumer's queue.
    pub fn new(consumer: Consumer, expander: Expander) -> Self {
        Self { consumer, expander }
    }

    /// Handles a batch. Work that is left at `deadline` continues in a new message.
    pub async fn handle(&self, event: SqsEvent, deadline: Time) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let one = |message| {
            let expander = self.expander.clone();
            async move { handle_message(&expander, &message, deadline).await }
        };
        Ok(self.consumer.handle_batch(event, one).await?)
    }
}

async fn handle_message(expander: &Expander, message: &Message, deadline: Time) -> Outcome {
    let ended = match serde_json::from_str(&message.body) {
        Ok(JobsMessage::Notify { v: VERSION, notice }) => expander.notify(*notice).await,
        Ok(JobsMessage::NotifyEach { v: VERSION, notices }) => expander.notify_each(notices).await,
        Ok(JobsMessage::Expand { v: VERSION, job_id }) => expander.expand(job_id, deadline).await,
        Ok(JobsMessage::Sweep { v: VERSION, job_id }) => expander.sweep(job_id, deadline).await.map(|()| Ended::Done),
        _ => return Outcome::Poison("not a message of this version"),
    };
    match ended {
        Ok(ended) => ended.into(),
        // The job was deleted, or does not need this message any more.
        Err(NotificationError::NotFound(_) | NotificationError::State(_)) => Outcome::Done,
        // Other workers change the same job: try again soon, not with the backoff of a fault.
        Err(NotificationError::VersionConflict) => Outcome::Retry(Some(Duration::from_secs(1))),
        Err(error) => {
            tracing::warn!(%error, "notification_job.failed");
            Outcome::Retry(None)
        }
    }
}
