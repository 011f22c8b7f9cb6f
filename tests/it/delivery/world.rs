//! The notification functions around one database and one fake Telegram, with queues in memory that a test delivers
//! from (`queues.rs`).

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ibw::app::{DomainConfig, Domains, app_url};
use ibw::clients::aws::Aws;
use ibw::clients::telegram::Telegram;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::notifications::chunk::{Chunk, Tally};
use ibw::notifications::job::Job;
use ibw::notifications::model::JobId;
use ibw::notifications::pace::Rates;
use ibw::notifications::repository::NotificationRepository;
use ibw::notifications::service::{Expander, Scheduler, Sender};
use ibw::platform::Platform;
use ibw::queue::Consumer;
use ibw::random::Random;
use ibw::time::Clock;
use notification_delivery::QUEUES;
use serde_json::{Value, json};

use super::fake::{FakeTelegram, Plan};
use super::instance::Instance;
use super::organiser::organiser;
use super::queues::{Queue, Queued};
use crate::support::app::TestApp;
use crate::support::aws::Sqs;
use crate::support::crowd;
use crate::support::policy::Watch;

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
    pub(super) working: AtomicUsize,
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

    /// With a job for a crowd of this size, its audience listed and none of it sent.
    pub(crate) async fn expanded(app: TestApp, plan: Plan, recipients: usize) -> (Arc<Self>, JobId) {
        let telegram = FakeTelegram::start(&app.clock, plan).await;
        let world = Self::start(app, telegram, &[]).await;
        world.crowd(recipients);
        let id = world.job(json!("everyone"), json!({})).await;
        world.start_job(id).await;
        world.work(Queue::Jobs, usize::MAX).await;
        (world, id)
    }

    /// The clock.
    pub(crate) fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// What is stored, past any policy.
    pub(crate) fn repository(&self) -> NotificationRepository {
        NotificationRepository::new(&self.app.platform(&Watch::over_test()))
    }

    /// A running function: it has connections of its own, and `dynamo` may be watched.
    pub(crate) fn instance(&self, dynamo: Dynamo) -> Instance {
        let aws = [("AWS_REGION", "ap-south-1"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
        let queues = [
            ("QUEUE_URL", "notification-jobs"),
            ("DEAD_LETTER_QUEUE_URL", "notification-jobs-dlq"),
            ("TELEGRAM_GROUPS", "-100"),
        ];
        let fixed = aws.into_iter().chain(queues).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let lanes = QUEUES.iter().flat_map(|lane| {
            let queue = format!("notification-{}", lane.to_lowercase());
            [
                (format!("{lane}_QUEUE_URL"), queue.clone()),
                (format!("{lane}_DEAD_LETTER_QUEUE_URL"), format!("{queue}-dlq")),
            ]
        });
        let endpoint = [("AWS_ENDPOINT_URL".to_owned(), self.sqs.url())];
        let all = fixed.chain(lanes).chain(endpoint).chain(self.telegram.variables()).chain(self.variables.clone());
        let mut env = Env::of(all);
        let aws = Aws::read(&mut env);
        let platform = Platform { tables: dynamo, clock: self.clock().clone(), random: Random::System };
        let domains = Domains::new(&platform, DomainConfig::default());
        let users = domains.users.service.clone();
        let consumer = Consumer::read(&mut env, &aws, Random::System);
        let expander = Expander::read(&mut env, &platform, users.clone(), domains.groups());
        let jobs = notification_jobs::Worker::new(consumer, expander);
        let consumers = QUEUES.map(|lane| Consumer::read_named(&mut env, &aws, lane, Random::System));
        let (telegram, rates) = (Telegram::read(&mut env), Rates::read(&mut env));
        let sender = Sender::new(&platform, users, telegram, rates, app_url(&mut env));
        let delivery = notification_delivery::Worker::new(consumers.into(), sender);
        let instance = Instance::new(jobs, delivery, self.clock().clone(), self.sqs.kept_back());
        env.finish(instance).expect("a sound environment")
    }

    /// Runs the scheduler once, under its policy.
    pub(crate) async fn tick(&self) {
        let (domains, platform) = self.app.domains("notification-scheduler");
        let (scheduler, reminders) = (Scheduler::new(&platform), domains.calendar.reminders);
        let (events, deadline) = (domains.events.service, Instant::now() + INVOCATION);
        notification_scheduler::run(&scheduler, &events, &reminders, deadline).await.expect("a tick");
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
        let notifications = self.notifications();
        let content = json!({"default_locale": "en", "locales": {"en": {"title": "News", "body": body}}});
        let template = json!({"category": "announcement", "content": content});
        let name = format!("t-{}", hex::encode(Random::System.bytes::<8>()));
        let draft = serde_json::from_value(template).expect("a template");
        let (by, named) = (organiser(), name.parse().expect("a name"));
        notifications.create_template(&by, named, draft).await.expect("a template");
        let mut draft = json!({"title": "News", "template": name, "audience": audience});
        draft.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let draft = serde_json::from_value(draft).expect("a job");
        notifications.create_job(&by, draft).await.expect("a job").0.id
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
