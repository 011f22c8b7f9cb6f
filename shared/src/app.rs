//! What an API function is made of: built once per cold start, then shared by all requests.

use std::sync::Arc;

use reqwest::Url;

use crate::attendees::qr::TicketKeys;
use crate::attendees::repository::TicketRepository;
use crate::attendees::service::{
    AttendeeEraser, AttendeeGroups, AttendeeService, Files, ImportService, Importer, TicketService, TicketingWebhook,
};
use crate::attendees::signature::WebhookSecrets;
use crate::auth::config::AuthConfig;
use crate::auth::repository::AuthRepository;
use crate::auth::service::AuthService;
use crate::auth::sessions::SessionService;
use crate::checkin::repository::CheckinRepository;
use crate::checkin::service::CheckinService;
use crate::clients::aws::Aws;
use crate::clients::secrets;
use crate::clients::storage::{self, SharedStorage};
use crate::clients::telegram::Telegram;
use crate::conferences::repository::ConferenceRepository;
use crate::conferences::service::ConferenceService;
use crate::config::{ConfigError, Env, Secret};
use crate::dynamo::{Dynamo, Once};
use crate::http::{HttpConfig, RateLimiter};
use crate::media::repository::MediaRepository;
use crate::media::service::MediaService;
use crate::notifications::group::GroupSources;
use crate::notifications::pace::{Pace, Rates};
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::{Expander, FeedEraser, Groups, NotificationService, Scheduler, Sender};
use crate::privacy::service::{ErasureService, PrivacyService};
use crate::random::Random;
use crate::telegram::repository::TelegramRepository;
use crate::telegram::service::{Memberships, Updates, Webhook};
use crate::time::Clock;
use crate::users::repository::UserRepository;
use crate::users::service::{ChatRecorder, Eraser, Members, UserService};

/// What an app is configured with.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The HTTP side.
    pub http: HttpConfig,
    /// Authentication.
    pub auth: AuthConfig,
    /// Signs cursors and makes email codes.
    pub signing_key: Secret,
    /// What Telegram's webhook is called with; without it, nobody can call it.
    pub webhook_secret: Option<Secret>,
    /// What the ticketing system signs its events with; without them, nobody can call its webhook.
    pub ticketing_secrets: WebhookSecrets,
    /// Sign and verify the codes on tickets.
    pub ticket_keys: TicketKeys,
    /// Where everybody reads uploads.
    pub cdn: Option<Url>,
    /// Where uploads are, for functions that touch them.
    pub storage: Option<SharedStorage>,
}

impl AppConfig {
    /// Reads all parts but the storage; `None` when authentication's are wrong, and then `env` knows why.
    pub fn read(env: &mut Env) -> Option<Self> {
        let (http, signing_key) = (HttpConfig::read(env), env.key("SIGNING_KEY"));
        let webhook_secret = env.optional("TELEGRAM_WEBHOOK_SECRET");
        let cdn = env.optional("CDN_URL");
        let (ticket_keys, ticketing_secrets) = (TicketKeys::read(env), WebhookSecrets::read(env));
        let auth = AuthConfig::read(env)?;
        Some(Self { http, auth, signing_key, webhook_secret, cdn, storage: None, ticketing_secrets, ticket_keys })
    }
}

/// The app. Services are cheap handles on shared clients, so every API function has them all.
#[derive(Clone, Debug)]
pub struct App {
    /// The HTTP side's configuration.
    pub config: HttpConfig,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The tables.
    pub dynamo: Dynamo,
    /// Counts requests.
    pub limiter: RateLimiter,
    /// Remembers what is done once.
    pub once: Once,
    /// Authentication.
    pub auth: AuthService,
    /// Sessions.
    pub sessions: SessionService,
    /// Users.
    pub users: UserService,
    /// Notifications.
    pub notifications: NotificationService,
    /// What Telegram tells the bot.
    pub webhook: Webhook,
    /// Conferences.
    pub conferences: ConferenceService,
    /// Check-in.
    pub checkin: CheckinService,
    /// Tickets, for organisers and check-in.
    pub tickets: TicketService,
    /// Whose tickets are whose.
    pub attendees: AttendeeService,
    /// Imports of tickets.
    pub imports: ImportService,
    /// What the ticketing system tells.
    pub ticketing: TicketingWebhook,
    /// Uploads.
    pub media: MediaService,
    /// Export, and asking for erasure.
    pub privacy: PrivacyService,
}

impl App {
    /// Puts the parts together; tests bring their own clock, randomness and tables.
    pub fn new(config: AppConfig, dynamo: Dynamo, clock: Clock, random: Random) -> Arc<Self> {
        let ephemeral = dynamo.table("ephemeral");
        let user_repository = UserRepository::new(&dynamo, random.clone());
        let members = Members::new(user_repository.clone());
        let users = UserService::new(user_repository, config.signing_key.clone(), clock.clone(), random.clone());
        let notifications = NotificationService::new(
            NotificationRepository::new(&dynamo, random.clone()),
            members,
            group_sources(&dynamo, &random),
            config.signing_key.clone(),
            clock.clone(),
            random.clone(),
        );
        let conferences =
            ConferenceService::new(ConferenceRepository::new(&dynamo), config.signing_key.clone(), clock.clone());
        let tickets = TicketRepository::new(&dynamo, random.clone());
        let ticket_service = TicketService::new(tickets.clone(), config.signing_key.clone(), clock.clone());
        let checkin = CheckinService::new(
            CheckinRepository::new(&dynamo, random.clone()),
            (ticket_service.clone(), config.ticket_keys.clone()),
            conferences.clone(),
            config.signing_key.clone(),
            clock.clone(),
            random.clone(),
        );
        let attendees = AttendeeService::new(
            tickets.clone(),
            users.clone(),
            conferences.clone(),
            config.ticket_keys,
            config.signing_key.clone(),
            clock.clone(),
        );
        let media = MediaRepository::new(&dynamo, random.clone());
        let media = MediaService::new(media, config.storage, config.cdn, clock.clone(), random.clone());
        let telegram = TelegramRepository::new(&dynamo, random.clone());
        let auth_repository = AuthRepository::new(&dynamo, random.clone());
        let sessions = SessionService::new(auth_repository.clone(), clock.clone());
        Arc::new(Self {
            limiter: RateLimiter::new(ephemeral.clone(), config.http.rate_limits, clock.clone()),
            once: Once::new(ephemeral, clock.clone(), random.clone()),
            auth: AuthService::new(config.auth, auth_repository, users.clone(), clock.clone(), random.clone()),
            webhook: Webhook::new(telegram.clone(), config.webhook_secret, clock.clone(), random.clone()),
            privacy: PrivacyService::new(
                users.clone(),
                sessions.clone(),
                notifications.clone(),
                Memberships::new(telegram),
                media.clone(),
                attendees.clone(),
                clock.clone(),
            ),
            imports: ImportService::new(
                tickets.clone(),
                media.clone(),
                config.signing_key,
                clock.clone(),
                random.clone(),
            ),
            ticketing: TicketingWebhook::new(tickets, config.ticketing_secrets, clock.clone()),
            tickets: ticket_service,
            attendees,
            media,
            notifications,
            conferences,
            checkin,
            config: config.http,
            clock,
            random,
            dynamo,
            sessions,
            users,
        })
    }

    /// From the environment of a Lambda function. One read of a table warms the connection up: at start the CPU is boosted,
    /// and the first request would otherwise wait for the handshake.
    pub async fn from_process() -> Result<Arc<Self>, ConfigError> {
        Self::start(|_, _| None).await
    }

    /// The same, with the storage of uploads. Apart from the other, so that only binaries that touch storage carry its client.
    pub async fn from_process_with_storage() -> Result<Arc<Self>, ConfigError> {
        Self::start(|env, aws| {
            if env.optional::<Url>("CDN_URL").is_none() {
                env.problem("CDN_URL", "is missing");
            }
            Some(storage::read(env, aws))
        })
        .await
    }

    async fn start(storage: fn(&mut Env, &Aws) -> Option<SharedStorage>) -> Result<Arc<Self>, ConfigError> {
        let mut env = Env::of_process();
        let aws = Aws::read(&mut env);
        secrets::supply(&mut env, &aws).await;
        let dynamo = Dynamo::read(&mut env, &aws);
        let (config, storage) = (AppConfig::read(&mut env), storage(&mut env, &aws));
        let (config, dynamo) = env.finish((config, dynamo))?;
        let config = config.ok_or_else(|| ConfigError(vec!["authentication is not configured".to_owned()]))?;
        let config = AppConfig { storage, ..config };
        let app = Self::new(config, dynamo, Clock::System, Random::System);
        app.dynamo.warm_up().await;
        Ok(app)
    }
}

/// The domains that know groups of users.
fn group_sources(dynamo: &Dynamo, random: &Random) -> GroupSources {
    GroupSources::new(vec![Box::new(AttendeeGroups::new(TicketRepository::new(dynamo, random.clone())))])
}

/// Uploads, for functions that have no HTTP side. Whoever has no storage can do nothing but read records.
pub fn media(dynamo: &Dynamo, storage: Option<SharedStorage>, clock: Clock, random: Random) -> MediaService {
    MediaService::new(MediaRepository::new(dynamo, random.clone()), storage, None, clock, random)
}

/// What carries erasures out, for the function that does only that.
pub fn erasures(dynamo: &Dynamo, media: MediaService, clock: Clock, random: Random) -> ErasureService {
    let users = Eraser::new(UserRepository::new(dynamo, random.clone()), clock.clone());
    let sessions = SessionService::new(AuthRepository::new(dynamo, random.clone()), clock.clone());
    let feeds = FeedEraser::new(NotificationRepository::new(dynamo, random.clone()));
    let memberships = Memberships::new(TelegramRepository::new(dynamo, random.clone()));
    let attendees = AttendeeEraser::new(TicketRepository::new(dynamo, random), clock);
    ErasureService::new(users, sessions, feeds, memberships, media, attendees)
}

/// What the workers behind queues are made of: each takes the parts it needs, and only the delivery has secrets.
#[derive(Clone, Debug)]
pub struct Workers {
    /// For queues and secrets.
    pub aws: Aws,
    dynamo: Dynamo,
    clock: Clock,
    random: Random,
}

impl Workers {
    /// From the environment of a Lambda function.
    pub fn read(env: &mut Env) -> Self {
        let aws = Aws::read(env);
        let dynamo = Dynamo::read(env, &aws);
        Self::new(aws, dynamo, Clock::System, Random::System)
    }

    /// Puts the parts together; tests bring their own.
    pub fn new(aws: Aws, dynamo: Dynamo, clock: Clock, random: Random) -> Self {
        Self { aws, dynamo, clock, random }
    }

    fn repository(&self) -> NotificationRepository {
        NotificationRepository::new(&self.dynamo, self.random.clone())
    }

    /// Looks after jobs.
    pub fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.repository(), self.clock.clone(), self.random.clone())
    }

    /// Lists audiences. Reads `TELEGRAM_GROUPS`, the chats that announcements are posted in.
    pub fn expander(&self, env: &mut Env) -> Expander {
        let chats = env.list("TELEGRAM_GROUPS");
        let chats: Vec<i64> = chats.iter().filter_map(|chat| chat.parse().ok()).collect();
        if chats.len() < env.list("TELEGRAM_GROUPS").len() {
            env.problem("TELEGRAM_GROUPS", "must be ids of chats");
        }
        let members = Members::new(UserRepository::new(&self.dynamo, self.random.clone()));
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let groups = group_sources(&self.dynamo, &random);
        Expander::new(self.repository(), members, groups, chats, clock, random)
    }

    /// Imports tickets from uploads in `storage`.
    pub fn importer(&self, storage: SharedStorage) -> Importer {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let tickets = TicketRepository::new(&self.dynamo, random.clone());
        let media = media(&self.dynamo, Some(storage), clock.clone(), random.clone());
        Importer::new(tickets.clone(), Files::new(tickets, media), clock, random)
    }

    /// Does what follows from what Telegram told the webhook.
    pub fn updates(&self) -> Updates {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let chats = ChatRecorder::new(UserRepository::new(&self.dynamo, random.clone()), clock.clone());
        let telegram = TelegramRepository::new(&self.dynamo, random.clone());
        Updates::new(telegram, chats, Groups::new(self.repository()), clock, random)
    }

    /// Sends to Telegram. Reads the bot's token, the rates, and the `SIGNING_KEY` that users need.
    pub fn sender(&self, env: &mut Env) -> Sender {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let users = UserRepository::new(&self.dynamo, random.clone());
        let users = UserService::new(users, env.key("SIGNING_KEY"), clock.clone(), random.clone());
        let pace = Pace::new(self.repository(), Rates::read(env), clock.clone());
        let once = Once::new(self.dynamo.table("ephemeral"), clock.clone(), random.clone());
        Sender::new(self.repository(), users, Telegram::read(env), pace, once, clock, random)
    }
}
