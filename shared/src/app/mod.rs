//! What a function is made of, built once per cold start. [`Domains`] is the floor plan; [`App`] adds what only HTTP
//! needs.

mod config;
mod domains;
mod start;

use std::ops::Deref;
use std::sync::Arc;

pub use config::{AppConfig, app_url};
pub use domains::{DomainConfig, Domains, PersonalDataExport};
pub use start::{Start, share_of_time, time_before_end, work};

use crate::clients::aws::Aws;
use crate::clients::storage::{self, SharedStorage};
use crate::code_hash::CodeHashes;
use crate::config::{ConfigError, Env, HttpConfig};
use crate::dynamo::Once;
use crate::events::code::CheckinCodes;
use crate::one_time_code::OneTimeCodes;
use crate::page::Cursors;
use crate::platform::Platform;
use crate::rate_limit::RateLimiter;
use crate::url::HttpsUrl;
use crate::{auth, control, privacy};

/// The app behind every route. Services are cheap handles on shared clients, so every API function has them all.
///
/// The keys stay here, at the edge: a handler passes a service what it needs.
#[derive(Clone, Debug)]
pub struct App {
    /// The HTTP side's configuration.
    pub config: HttpConfig,
    /// Tables, clock and randomness.
    pub platform: Platform,
    /// Counts requests.
    pub limiter: RateLimiter,
    /// Remembers answers by their `Idempotency-Key`.
    pub once: Once,
    /// Makes and reads cursors.
    pub cursors: Cursors,
    /// Makes and checks the codes of email verifications.
    pub email_codes: OneTimeCodes,
    /// Makes and checks the codes that the bot sends.
    pub confirmation_codes: OneTimeCodes,
    /// Makes and reads the codes that guests of side events show.
    pub checkin_codes: CheckinCodes,
    /// Makes the keys of hashes of ticket codes.
    pub code_hashes: CodeHashes,
    /// The mini app's address: shared links open it.
    pub app_url: HttpsUrl,
    /// Changes of rights that every instance must know.
    pub control: control::Domain,
    /// Authentication.
    pub auth: auth::Domain,
    domains: Domains,
}

/// A handler names a domain as a part of the app: `app.events.service`.
impl Deref for App {
    type Target = Domains;

    fn deref(&self) -> &Domains {
        &self.domains
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(config: AppConfig, platform: Platform) -> Arc<Self> {
        let domains = Domains::new(&platform, config.domains);
        let key = config.signing_key;
        Arc::new(Self {
            limiter: RateLimiter::new(&platform, config.http.rate_limits),
            once: platform.once(),
            cursors: Cursors::new(key.clone(), platform.random.clone()),
            email_codes: OneTimeCodes::of_emails(key.clone()),
            confirmation_codes: OneTimeCodes::of_confirmations(key.clone()),
            checkin_codes: CheckinCodes::new(key.clone()),
            code_hashes: CodeHashes::new(key),
            app_url: config.app_url,
            control: control::Domain::new(&platform),
            auth: auth::Domain::new(&platform, config.auth, &domains.users),
            config: config.http,
            domains,
            platform,
        })
    }

    /// Export and erasure. Made where it is used: the code of all domains' exports would be part of every function.
    pub fn privacy(&self) -> privacy::Domain {
        self.domains.privacy(&self.platform)
    }

    /// From the environment of a Lambda function. The control list is read at once, which also warms the connection up:
    /// at start the CPU is boosted, and the first request would otherwise wait for the handshake.
    pub async fn from_process() -> Result<Arc<Self>, ConfigError> {
        Self::start(|_, _| None).await
    }

    /// The same, with the storage of uploads. Apart from the other, so that only binaries that touch storage carry its
    /// client.
    pub async fn from_process_with_storage() -> Result<Arc<Self>, ConfigError> {
        Self::start(|env, aws| {
            if env.optional::<reqwest::Url>("CDN_URL").is_none() {
                env.problem("CDN_URL", "is missing");
            }
            Some(storage::read(env, aws))
        })
        .await
    }

    async fn start(storage: fn(&mut Env, &Aws) -> Option<SharedStorage>) -> Result<Arc<Self>, ConfigError> {
        let mut start = Start::with_secret().await;
        let (config, storage) = (AppConfig::read(&mut start.env), storage(&mut start.env, &start.aws));
        let platform = start.platform.clone();
        let config = start.finish(config)?;
        let mut config = config.ok_or_else(|| ConfigError(vec!["authentication is not configured".to_owned()]))?;
        config.domains.media.storage = storage;
        let app = Self::new(config, platform);
        app.control.list.refresh().await;
        Ok(app)
    }
}
