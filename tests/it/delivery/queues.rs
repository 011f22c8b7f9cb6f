//! The queues of the notification functions, in memory, and how a test has their messages worked on: as SQS might, more
//! than once, in any order, again when a worker fails or dies.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ibw::time::Time;
use serde_json::json;

use super::world::World;
use crate::support::fuse::Fuse;
use crate::support::policy::Watch;

/// The queue that a message is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// `notification-jobs`.
    Jobs,
    /// `notification-urgent`.
    Urgent,
    /// `notification-caused`.
    Caused,
    /// `notification-reminders`.
    Reminders,
    /// `notification-changes`.
    Changes,
    /// `notification-bulk`.
    Bulk,
}

impl Queue {
    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Jobs, Self::Urgent, Self::Caused, Self::Reminders, Self::Changes, Self::Bulk];

    /// By the topic of an outbox item.
    fn of(topic: &str) -> Self {
        match topic {
            "notification_jobs" => Self::Jobs,
            "notification_urgent" => Self::Urgent,
            "notification_caused" => Self::Caused,
            "notification_reminders" => Self::Reminders,
            "notification_changes" => Self::Changes,
            "notification_bulk" => Self::Bulk,
            other => panic!("{other} is no topic of notifications"),
        }
    }

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Jobs => "notification-jobs",
            Self::Urgent => "notification-urgent",
            Self::Caused => "notification-caused",
            Self::Reminders => "notification-reminders",
            Self::Changes => "notification-changes",
            Self::Bulk => "notification-bulk",
        }
    }
}

/// A message in a queue.
#[derive(Clone, Debug)]
pub(crate) struct Queued {
    /// Where it is.
    pub(crate) queue: Queue,
    /// The payload.
    pub(crate) body: String,
    /// The key.
    pub(crate) dedupe_key: String,
    /// How often it was received.
    pub(crate) receives: u32,
    /// The queue keeps it back until then.
    pub(crate) visible_at: Time,
}

impl World {
    /// Does what the streams and the relay do: takes what is in the outboxes, for the queues.
    pub(crate) fn relay(&self) -> Vec<Queued> {
        ["conferences", "events", "notifications"].iter().flat_map(|table| self.relay_table(table)).collect()
    }

    fn relay_table(&self, table: &str) -> Vec<Queued> {
        let (engine, table) = (&self.app.database.engine, format!("ibw-test-{table}"));
        let mut relayed = Vec::new();
        for shard in 0..10 {
            let request = json!({
                "TableName": table, "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": format!("OUTBOX#{shard}")}},
            });
            let answer = engine.query(serde_json::from_value(request).expect("a Query")).expect("a page");
            let answer = serde_json::to_value(answer).expect("JSON");
            for item in answer["Items"].as_array().expect("items") {
                let text = |name: &str| item[name]["S"].as_str().expect("a text").to_owned();
                let queued = Queued {
                    queue: Queue::of(&text("topic")),
                    body: text("payload"),
                    dedupe_key: text("dedupe_key"),
                    receives: 0,
                    visible_at: self.app.now().plus_seconds(
                        item["delay_seconds"]["N"].as_str().and_then(|delay| delay.parse().ok()).expect("a delay"),
                    ),
                };
                let key = json!({"TableName": table, "Key": {"pk": item["pk"], "sk": item["sk"]}});
                engine.delete_item(serde_json::from_value(key).expect("a DeleteItem")).expect("a deletion");
                relayed.push(queued);
            }
        }
        relayed
    }

    /// Has everything in the queues worked on until nothing is left, by one instance that lives.
    pub(crate) async fn drain(&self) {
        let instance = self.instance(self.app.database.dynamo(&Watch::over_test()));
        for _ in 0..1_000 {
            let mut taken = std::mem::take(&mut *self.queues.lock().expect("no test panicked here"));
            taken.extend(self.relay());
            let Some(next) = taken.iter().map(|queued| queued.visible_at).min() else { return };
            // Nobody can do anything until then.
            self.clock().sleep_until(next).await;
            let now = self.app.now();
            let (taken, kept): (Vec<_>, Vec<_>) = taken.into_iter().partition(|queued| queued.visible_at <= now);
            self.push(kept);
            for queue in Queue::ALL {
                let some: Vec<Queued> = taken.iter().filter(|queued| queued.queue == queue).cloned().collect();
                for batch in some.chunks(5) {
                    let left = instance.handle(batch).await;
                    self.queues.lock().expect("no test panicked here").extend(left);
                }
            }
        }
        panic!("the queues are never empty");
    }

    /// Has up to `batches` batches of a queue worked on, each of five messages, by an instance under its function's
    /// policy; answers how many there were. One message at a time where `batches` is 1.
    pub(crate) async fn work(&self, queue: Queue, batches: usize) -> usize {
        let function = if queue == Queue::Jobs { "notification-jobs" } else { "notification-delivery" };
        let instance = self.instance(self.app.database.dynamo(&Watch::over(function)));
        let size = if batches == usize::MAX { 5 } else { 1 };
        for done in 0..batches {
            let batch = self.receive(queue, size);
            if batch.is_empty() {
                return done;
            }
            let left = instance.handle(&batch).await;
            self.push(left);
        }
        batches
    }

    /// Has one batch of a queue worked on by an instance that has so long for it; answers whether there was one, as 0
    /// or 1.
    pub(crate) async fn work_for(&self, queue: Queue, time: Duration) -> usize {
        let batch = self.receive(queue, 5);
        if batch.is_empty() {
            return 0;
        }
        let instance = self.instance(self.app.database.dynamo(&Watch::over_test()));
        let left = instance.handle_for(&batch, time).await;
        self.push(left);
        1
    }

    /// Has a message of a queue worked on by an instance that dies as soon as Telegram has the message.
    pub(crate) async fn work_and_die(self: &Arc<Self>, queue: Queue) {
        let (world, batch, before) = (Arc::clone(self), self.receive(queue, 1), self.telegram.log().len());
        let dying = tokio::task::spawn_blocking(move || {
            // What the instance spawned ends with its runtime.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let instance = world.instance(world.app.database.dynamo(&Watch::over("notification-delivery")));
                let told = async {
                    while world.telegram.log().len() == before {
                        tokio::task::yield_now().await;
                    }
                };
                tokio::select! {
                    () = told => {}
                    _ = instance.handle(&batch) => panic!("it lived"),
                }
            });
        });
        dying.await.expect("a death");
    }

    /// Has messages worked on by an instance that dies at this call of its life; whether it came to that. Where it did
    /// not, it has done all of them.
    pub(crate) async fn work_until_call(&self, batch: &[Queued], call: u64) -> bool {
        let (batch, fuse) = (batch.to_vec(), Fuse::of(call));
        let instance = self.instance(self.app.database.dynamo(&fuse));
        fuse.ends(move || async move {
            let left = instance.handle(&batch).await;
            assert!(left.is_empty());
        })
        .await
    }

    /// Takes up to `size` messages of a queue, after what is in the outbox was relayed.
    fn receive(&self, queue: Queue, size: usize) -> Vec<Queued> {
        self.push(self.relay());
        self.ready(queue, size)
    }

    /// Takes messages of a queue for a worker, who is at work until they are given back.
    pub(crate) fn hand_out(&self, queue: Queue, size: usize) -> Vec<Queued> {
        let batch = self.ready(queue, size);
        self.working.fetch_add(usize::from(!batch.is_empty()), Ordering::SeqCst);
        batch
    }

    /// Takes back what a worker left of a batch: it is not at work any more.
    pub(crate) fn give_back(&self, left: Vec<Queued>) {
        self.push(left);
        self.working.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether nobody is at work, and there is nothing to work on.
    pub(crate) fn is_idle(&self) -> bool {
        let (waiting, now) = (self.queues.lock().expect("no test panicked here"), self.app.now());
        self.working.load(Ordering::SeqCst) == 0 && waiting.iter().all(|queued| queued.visible_at > now)
    }

    /// Takes up to `size` messages of a queue.
    fn ready(&self, queue: Queue, size: usize) -> Vec<Queued> {
        let mut waiting = self.queues.lock().expect("no test panicked here");
        let mut batch = Vec::new();
        let now = self.app.now();
        while let Some(position) = waiting.iter().position(|queued| queued.queue == queue && queued.visible_at <= now)
            && batch.len() < size
        {
            batch.push(waiting.remove(position));
        }
        batch
    }

    /// Takes all messages of a queue away.
    pub(crate) fn take(&self, queue: Queue) -> Vec<Queued> {
        self.push(self.relay());
        let mut waiting = self.queues.lock().expect("no test panicked here");
        waiting.extract_if(.., |queued| queued.queue == queue).collect()
    }

    /// Puts messages into their queues.
    pub(crate) fn push(&self, messages: Vec<Queued>) {
        self.queues.lock().expect("no test panicked here").extend(messages);
    }
}
