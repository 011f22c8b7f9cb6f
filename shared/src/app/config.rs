//! What an app is configured with.

use reqwest::Url;

use crate::attendees::AttendeeKeys;
use crate::attendees::qr::TicketKeys;
use crate::attendees::signature::WebhookSecrets;
use crate::auth::config::AuthConfig;
use crate::clients::storage::SharedStorage;
use crate::config::{Env, HttpConfig, Secret};
use crate::media::service::MediaConfig;
use crate::url::HttpsUrl;

/// The mini app's address where `APP_URL` is not set.
const DEFAULT_APP_URL: &str = "https://t.me/ibw_bot/app";

/// What the domains are configured with. Without keys and secrets a part refuses what needs them, so a worker that
/// needs none gets none.
#[derive(Clone, Debug, Default)]
pub struct DomainConfig {
    /// What tickets and the ticketing system's events are signed with.
    pub attendees: AttendeeKeys,
    /// Where uploads are.
    pub media: MediaConfig,
    /// What Telegram calls the webhook with.
    pub webhook_secret: Option<Secret>,
}

impl DomainConfig {
    /// The configuration of a function that touches uploads and needs no key.
    pub fn of_storage(storage: SharedStorage) -> Self {
        Self { media: MediaConfig { storage: Some(storage), cdn: None }, ..Self::default() }
    }
}

/// What an app is configured with.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The HTTP side.
    pub http: HttpConfig,
    /// Authentication.
    pub auth: AuthConfig,
    /// Encrypts cursors, and makes email codes and check-in codes.
    pub signing_key: Secret,
    /// The mini app's address: shared links open it.
    pub app_url: HttpsUrl,
    /// The domains.
    pub domains: DomainConfig,
}

impl AppConfig {
    /// Reads all parts but the storage; `None` when authentication's are wrong, and then `env` knows why.
    pub fn read(env: &mut Env) -> Option<Self> {
        let (http, signing_key) = (HttpConfig::read(env), env.key("SIGNING_KEY"));
        let app_url = env.optional("APP_URL").or_else(|| DEFAULT_APP_URL.parse().ok())?;
        let domains = DomainConfig {
            attendees: AttendeeKeys { tickets: TicketKeys::read(env), ticketing: WebhookSecrets::read(env) },
            media: MediaConfig { storage: None, cdn: env.optional::<Url>("CDN_URL") },
            webhook_secret: env.optional("TELEGRAM_WEBHOOK_SECRET"),
        };
        let auth = AuthConfig::read(env)?;
        Some(Self { http, auth, signing_key, app_url, domains })
    }
}
