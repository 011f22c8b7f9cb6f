//! The notification functions around one database, one fake Telegram, and queues in memory that a test delivers from as SQS
//! might: more than once, in any order, again when a worker fails or dies.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ibw::app::Workers;
use ibw::clients::aws::Aws;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::id::JobId;
use ibw::notifications::chunk::{Chunk, Tally};
use ibw::notifications::job::{Job, JobState};
use ibw::notifications::repository::NotificationRepository;
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::time::{Clock, Time};
use serde_json::{Value, json};

use super::fake::FakeTelegram;
use super::instance::Instance;
use crate::support::app::{SIGNING_KEY, TestApp};
use crate::support::aws::Sqs;
use crate::support::crowd;
use crate::support::policy::Watch;

/// The queue that a message is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// `notification-jobs`.
    Jobs,
    /// `notification-urgent`.
    Urgent,
    /// `notification-bulk`.
    Bulk,
}

impl Queue {
    /// By the topic of an outbox item.
    fn of(topic: &str) -> Self {
        match topic {
            "notification_jobs" => Self::Jobs,
            "notification_urgent" => Self::Urgent,
            "notification_bulk" => Self::Bulk,
            other => panic!("{other} is no topic of notifications"),
        }
    }

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Jobs => "notification-jobs",
            Self::Urgent => "notification-urgent",
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

/// All of it.
pub(crate) struct World {
    /// The database and the clock.
    pub(crate) app: TestApp,
    /// Who is told.
    pub(crate) telegram: FakeTelegram,
    /// What functions tell SQS.
    pub(crate) sqs: Sqs,
    variables: Vec<(String, String)>,
    /// What waits to be received.
    pub(crate) queues: Mutex<Vec<Queued>>,
    /// Workers that have a batch which was handed out.
    working: AtomicUsize,
}

impl World {
    /// With a Telegram, and more variables for the workers.
    pub(crate) async fn start(app: TestApp, telegram: FakeTelegram, variables: &[(&str, &str)]) -> Arc<Self> {
        let sqs = Sqs::start(&[]).await;
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Arc::new(Self { app, telegram, sqs, variables, queues: Mutex::default(), working: AtomicUsize::new(0) })
    }

    /// With a Telegram that takes everything.
    pub(crate) async fn obliging() -> Arc<Self> {
        let app = TestApp::start().await;
        let telegram = FakeTelegram::obliging(&app.clock).await;
        Self::start(app, telegram, &[]).await
    }

    /// The clock.
    pub(crate) fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// What is stored, past any policy.
    pub(crate) fn repository(&self) -> NotificationRepository {
        NotificationRepository::new(&self.app.database.dynamo(&Watch::over_test()), Random::System)
    }

    /// A running function: it has connections of its own, and `dynamo` may be watched.
    pub(crate) fn instance(&self, dynamo: Dynamo) -> Instance {
        let aws = [("AWS_REGION", "ap-south-1"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
        let queues = [
            ("QUEUE_URL", "notification-jobs"),
            ("DEAD_LETTER_QUEUE_URL", "notification-jobs-dlq"),
            ("URGENT_QUEUE_URL", "notification-urgent"),
            ("URGENT_DEAD_LETTER_QUEUE_URL", "notification-urgent-dlq"),
            ("BULK_QUEUE_URL", "notification-bulk"),
            ("BULK_DEAD_LETTER_QUEUE_URL", "notification-bulk-dlq"),
            ("SIGNING_KEY", SIGNING_KEY),
            ("TELEGRAM_GROUPS", "-100"),
        ];
        let fixed = aws.into_iter().chain(queues).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let endpoint = [("AWS_ENDPOINT_URL".to_owned(), self.sqs.url())];
        let all = fixed.chain(endpoint).chain(self.telegram.variables()).chain(self.variables.clone());
        let mut env = Env::of(all);
        let aws = Aws::read(&mut env);
        let workers = Workers::new(aws, dynamo, self.clock().clone(), Random::System);
        let consumer = Consumer::read(&mut env, &workers.aws, Random::System);
        let jobs = notification_jobs::Worker::new(consumer, workers.expander(&mut env));
        let urgent = Consumer::read_named(&mut env, &workers.aws, "URGENT", Random::System);
        let bulk = Consumer::read_named(&mut env, &workers.aws, "BULK", Random::System);
        let delivery = notification_delivery::Worker::new(urgent, bulk, workers.sender(&mut env));
        env.finish(Instance::new(jobs, delivery, self.clock().clone())).expect("a sound environment")
    }

    /// Runs the scheduler once, under its policy.
    pub(crate) async fn tick(&self) {
        let dynamo = self.app.database.dynamo(&Watch::over("notification-scheduler"));
        let mut env = Env::of(self.app.database.environment());
        let aws = Aws::read(&mut env);
        let workers = Workers::new(aws, dynamo, self.clock().clone(), Random::System);
        notification_scheduler::run(&workers.scheduler()).await.expect("a tick");
    }

    /// Does what the stream and the relay do: takes what is in the outbox, for the queues.
    pub(crate) fn relay(&self) -> Vec<Queued> {
        let engine = &self.app.database.engine;
        let mut relayed = Vec::new();
        for shard in 0..10 {
            let request = json!({
                "TableName": "ibw-test-notifications", "KeyConditionExpression": "pk = :pk",
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
                let key = json!({"TableName": "ibw-test-notifications", "Key": {"pk": item["pk"], "sk": item["sk"]}});
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
            for queue in [Queue::Jobs, Queue::Urgent, Queue::Bulk] {
                let some: Vec<Queued> = taken.iter().filter(|queued| queued.queue == queue).cloned().collect();
                for batch in some.chunks(5) {
                    let left = instance.handle(batch).await;
                    self.queues.lock().expect("no test panicked here").extend(left);
                }
            }
        }
        panic!("the queues are never empty");
    }

    /// Has up to `batches` batches of a queue worked on, each of five messages, by an instance under its function's policy;
    /// answers how many there were. One message at a time where `batches` is 1.
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

    /// Has one batch of a queue worked on by an instance that has so long for it; answers whether there was one, as 0 or 1.
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

    /// A job for everybody and for the groups, as a draft.
    pub(crate) async fn announcement(&self) -> JobId {
        self.job_that_says("To all of you", json!("everyone"), json!({"announce": true})).await
    }

    /// `count` users whom the bot may write to.
    pub(crate) fn crowd(&self, count: usize) -> Vec<ibw::users::model::User> {
        let users: Vec<_> = (0..count).map(|n| crowd::member(n, self.app.now(), &Random::seeded(7))).collect();
        crowd::load(&self.app.database, &users);
        users
    }

    /// A job for an audience that says `Hello {first_name}`, as a draft.
    pub(crate) async fn job(&self, audience: Value, more: Value) -> JobId {
        self.job_that_says("Hello {first_name}", audience, more).await
    }

    async fn job_that_says(&self, body: &str, audience: Value, more: Value) -> JobId {
        let notifications = &self.app.backstage().notifications;
        let content = json!({"default_locale": "en", "locales": {"en": {"title": "News", "body": body}}});
        let template = json!({"category": "announcement", "content": content});
        let name = format!("t-{}", hex::encode(Random::System.bytes::<6>()));
        let draft = serde_json::from_value(template).expect("a template");
        notifications.create_template(name.parse().expect("a name"), draft).await.expect("a template");
        let mut draft = json!({"title": "News", "template": name, "audience": audience});
        draft.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let draft = serde_json::from_value(draft).expect("a job");
        notifications.create_job(draft, "test".to_owned()).await.expect("a job").0.id
    }

    /// Starts a job.
    pub(crate) async fn start_job(&self, id: JobId) {
        self.app.backstage().notifications.actions().start(id, JobState::Draft).await.expect("a start");
    }

    /// A job as it is.
    pub(crate) async fn read_job(&self, id: JobId) -> Job {
        self.repository().job(id).await.expect("a read").expect("the job")
    }

    /// A job's chunks as they are.
    pub(crate) async fn chunks(&self, id: JobId) -> Vec<Chunk> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.repository().chunks(id, 100, after).await.expect("a page");
            all.extend(page.items);
            if page.last.is_none() {
                return all;
            }
            after = page.last;
        }
    }

    /// A job's counts, which must be those of its rows and add up.
    pub(crate) async fn counts(&self, id: JobId) -> Tally {
        let (job, chunks) = (self.read_job(id).await, self.chunks(id).await);
        let rows: Vec<_> = chunks.into_iter().flat_map(|chunk| chunk.rows).collect();
        assert_eq!(job.counts, Tally::of(&rows), "the counts are those of the rows");
        assert_eq!(job.counts.sum(), job.counts.total, "the states add up to the total");
        job.counts
    }

    /// Advances the clock minute by minute, with the scheduler and the workers at work, until a job is over.
    pub(crate) async fn run_until_over(&self, id: JobId) -> Job {
        for _ in 0..60 {
            self.drain().await;
            self.tick().await;
            let job = self.read_job(id).await;
            if job.finished_at.is_some() {
                return job;
            }
            self.clock().advance(60);
        }
        panic!("the job is not over after an hour");
    }
}

/// How long a worker may take for a batch, by the test's clock.
pub(crate) const INVOCATION: Duration = Duration::from_secs(45);
