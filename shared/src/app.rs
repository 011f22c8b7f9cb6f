//! What an API function is made of: built once per cold start, then shared by all requests.

mod duties;
mod workers;

use std::sync::Arc;

use reqwest::Url;

use crate::agenda::repository::AgendaRepository;
use crate::agenda::service::{AgendaService, Bookmarks};
use crate::attendees::qr::TicketKeys;
use crate::attendees::repository::TicketRepository;
use crate::attendees::service::{AttendeeService, ImportService, TicketService, TicketingWebhook};
use crate::attendees::signature::WebhookSecrets;
use crate::auth::config::AuthConfig;
use crate::auth::repository::AuthRepository;
use crate::auth::service::AuthService;
use crate::auth::service::SessionService;
use crate::calendar::repository::CalendarRepository;
use crate::calendar::service::CalendarService;
use crate::checkin::repository::CheckinRepository;
use crate::checkin::service::CheckinService;
use crate::clients::aws::Aws;
use crate::clients::secrets;
use crate::clients::storage::{self, SharedStorage};
use crate::conferences::repository::ConferenceRepository;
use crate::conferences::service::ConferenceService;
use crate::config::{ConfigError, Env, Secret};
use crate::dynamo::{Dynamo, Once};
use crate::events::repository::EventRepository;
use crate::events::service::{EventService, Participants};
use crate::http::{HttpConfig, RateLimiter};
use crate::media::repository::MediaRepository;
use crate::media::service::MediaService;
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::NotificationService;
use crate::privacy::service::PrivacyService;
use crate::random::Random;
use crate::speakers::repository::SpeakerRepository;
use crate::speakers::service::SpeakerService;
use crate::telegram::repository::TelegramRepository;
use crate::telegram::service::{Memberships, Webhook};
use crate::time::Clock;
use crate::url::HttpsUrl;
use crate::users::repository::UserRepository;
use crate::users::service::{Members, UserService};

pub use duties::{erasures, media, registrar, reminders};
pub use workers::Workers;

use duties::{bookmarks, group_sources, holdings};

/// Where the mini app is, if `APP_URL` does not say.
const DEFAULT_APP_URL: &str = "https://t.me/ibw_bot/app";

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
    /// Where the mini app is: links that are shared open it.
    pub app_url: HttpsUrl,
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
        let app_url = env.optional("APP_URL").or_else(|| DEFAULT_APP_URL.parse().ok())?;
        let cdn = env.optional("CDN_URL");
        let (ticket_keys, ticketing_secrets) = (TicketKeys::read(env), WebhookSecrets::read(env));
        let auth = AuthConfig::read(env)?;
        Some(Self {
            http,
            auth,
            signing_key,
            webhook_secret,
            ticketing_secrets,
            ticket_keys,
            app_url,
            cdn,
            storage: None,
        })
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
    /// Speakers.
    pub speakers: SpeakerService,
    /// Agendas.
    pub agenda: AgendaService,
    /// Side events and registrations.
    pub events: EventService,
    /// Bookmarks of sessions.
    pub bookmarks: Bookmarks,
    /// Calendars of people's own.
    pub calendars: CalendarService,
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
        let key = config.signing_key;
        let conferences = ConferenceService::new(ConferenceRepository::new(&dynamo), key.clone(), clock.clone());
        let speakers = SpeakerService::new(
            SpeakerRepository::new(&dynamo, random.clone()),
            conferences.clone(),
            users.clone(),
            key.clone(),
            clock.clone(),
            random.clone(),
        );
        let agenda = AgendaService::new(
            AgendaRepository::new(&dynamo, random.clone()),
            conferences.clone(),
            speakers.clone(),
            key.clone(),
            clock.clone(),
            random.clone(),
        );
        let event_repository = EventRepository::new(&dynamo, random.clone());
        let events = EventService::new(
            event_repository.clone(),
            (conferences.clone(), users.clone()),
            key.clone(),
            config.app_url.clone(),
            clock.clone(),
            random.clone(),
        );
        let bookmarks = bookmarks(&dynamo, &clock, &random);
        let calendars = CalendarService::new(
            CalendarRepository::new(&dynamo, random.clone()),
            (bookmarks.clone(), Participants::new(event_repository.clone())),
            config.app_url,
            clock.clone(),
            random.clone(),
        );
        let tickets = TicketRepository::new(&dynamo, random.clone());
        let ticket_service = TicketService::new(tickets.clone(), key.clone(), clock.clone());
        let checkin = CheckinService::new(
            CheckinRepository::new(&dynamo, random.clone()),
            (ticket_service.clone(), config.ticket_keys.clone()),
            conferences.clone(),
            key.clone(),
            clock.clone(),
            random.clone(),
        );
        let attendees = AttendeeService::new(
            tickets.clone(),
            users.clone(),
            conferences.clone(),
            config.ticket_keys,
            key.clone(),
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
                attendees.clone(),
                holdings(&dynamo, media.clone(), &clock, &random),
                clock.clone(),
            ),
            imports: ImportService::new(tickets.clone(), media.clone(), key, clock.clone(), random.clone()),
            ticketing: TicketingWebhook::new(tickets, config.ticketing_secrets, clock.clone()),
            tickets: ticket_service,
            attendees,
            media,
            notifications,
            conferences,
            speakers,
            agenda,
            events,
            bookmarks,
            calendars,
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
