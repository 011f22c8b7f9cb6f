//! An instance of the notification workers, to which batches are given as Lambda gives them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ibw::time::Clock;
use serde_json::{Value, json};

use super::queues::{Queue, Queued};
use super::world::INVOCATION;
use crate::support::aws::{KeptBack, failures, queue_record};

/// Receives after which a queue gives a message up.
pub(crate) const MAX_RECEIVES: u32 = 5;

/// The jobs worker and the delivery worker, which share a process here.
pub(crate) struct Instance {
    jobs: notification_jobs::Worker,
    delivery: notification_delivery::Worker,
    clock: Clock,
    kept_back: KeptBack,
    deliveries: AtomicUsize,
}

impl Instance {
    /// Of these workers.
    pub(crate) fn new(
        jobs: notification_jobs::Worker,
        delivery: notification_delivery::Worker,
        clock: Clock,
        kept_back: KeptBack,
    ) -> Self {
        Self { jobs, delivery, clock, kept_back, deliveries: AtomicUsize::new(0) }
    }

    /// Handles messages of one queue; those that shall come again, received once more.
    pub(crate) async fn handle(&self, batch: &[Queued]) -> Vec<Queued> {
        self.handle_for(batch, INVOCATION).await
    }

    /// The same, in so much time.
    pub(crate) async fn handle_for(&self, batch: &[Queued], time: Duration) -> Vec<Queued> {
        let Some(first) = batch.first() else { return Vec::new() };
        let records: Vec<Value> = batch.iter().map(|queued| self.record(queued)).collect();
        let event = serde_json::from_value(json!({"Records": records})).expect("an event");
        let deadline = self.clock.now().plus(time);
        let response = match first.queue {
            Queue::Jobs => self.jobs.handle(event, deadline).await,
            _ => self.delivery.handle(event, deadline).await,
        };
        let failed = failures(response.expect("an answer"));
        let again =
            batch.iter().zip(&records).filter(|(_, record)| failed.iter().any(|id| record["messageId"] == **id));
        again.filter_map(|(queued, record)| self.kept_back(received(queued)?, record)).collect()
    }

    /// A message that comes again, when the worker wanted it to.
    fn kept_back(&self, queued: Queued, record: &Value) -> Option<Queued> {
        let handle = record["receiptHandle"].as_str()?;
        let seconds = self.kept_back.lock().expect("no test panicked here").remove(handle).unwrap_or_default();
        Some(Queued { visible_at: self.clock.now().plus_seconds(seconds), ..queued })
    }

    fn record(&self, queued: &Queued) -> Value {
        let id = format!("m{}", self.deliveries.fetch_add(1, Ordering::SeqCst));
        let mut record = queue_record(&id, &queued.body, &queued.dedupe_key, queued.receives + 1);
        record["receiptHandle"] = format!("{id} of {self:p}").into();
        record["eventSourceARN"] = format!("arn:aws:sqs:ap-south-1:000000000000:{}", queued.queue.name()).into();
        record
    }
}

/// A message after a receive that did not end it; `None` when the queue gives it up.
pub(crate) fn received(queued: &Queued) -> Option<Queued> {
    let receives = queued.receives + 1;
    (receives < MAX_RECEIVES).then(|| Queued { receives, ..queued.clone() })
}
