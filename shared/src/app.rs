//! What an API function is made of: built once per cold start, then shared by all requests.

use std::sync::Arc;

use crate::auth::config::AuthConfig;
use crate::auth::repository::AuthRepository;
use crate::auth::service::AuthService;
use crate::auth::sessions::SessionService;
use crate::clients::aws::Aws;
use crate::clients::secrets;
use crate::config::{ConfigError, Env, Secret};
use crate::dynamo::{Dynamo, Once};
use crate::http::{HttpConfig, RateLimiter};
use crate::privacy::service::{ErasureService, PrivacyService};
use crate::random::Random;
use crate::time::Clock;
use crate::users::repository::UserRepository;
use crate::users::service::{Eraser, UserService};

/// What an app is configured with.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The HTTP side.
    pub http: HttpConfig,
    /// Authentication.
    pub auth: AuthConfig,
    /// Signs cursors and makes email codes.
    pub signing_key: Secret,
}

impl AppConfig {
    /// Reads all parts; `None` when authentication's are wrong, and then `env` knows why.
    pub fn read(env: &mut Env) -> Option<Self> {
        let (http, signing_key) = (HttpConfig::read(env), env.key("SIGNING_KEY"));
        Some(Self { http, auth: AuthConfig::read(env)?, signing_key })
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
    /// Export, and asking for erasure.
    pub privacy: PrivacyService,
}

impl App {
    /// Puts the parts together; tests bring their own clock, randomness and tables.
    pub fn new(config: AppConfig, dynamo: Dynamo, clock: Clock, random: Random) -> Arc<Self> {
        let ephemeral = dynamo.table("ephemeral");
        let user_repository = UserRepository::new(&dynamo, random.clone());
        let users = UserService::new(user_repository, config.signing_key, clock.clone(), random.clone());
        let auth_repository = AuthRepository::new(&dynamo, random.clone());
        let sessions = SessionService::new(auth_repository.clone(), clock.clone());
        Arc::new(Self {
            limiter: RateLimiter::new(ephemeral.clone(), config.http.rate_limits, clock.clone()),
            once: Once::new(ephemeral, clock.clone(), random.clone()),
            auth: AuthService::new(config.auth, auth_repository, users.clone(), clock.clone(), random.clone()),
            privacy: PrivacyService::new(users.clone(), sessions.clone(), clock.clone()),
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
        let mut env = Env::of_process();
        let aws = Aws::read(&mut env);
        secrets::supply(&mut env, &aws).await;
        let dynamo = Dynamo::read(&mut env, &aws);
        let config = AppConfig::read(&mut env);
        let (config, dynamo) = env.finish((config, dynamo))?;
        let config = config.ok_or_else(|| ConfigError(vec!["authentication is not configured".to_owned()]))?;
        let app = Self::new(config, dynamo, Clock::System, Random::System);
        app.dynamo.warm_up().await;
        Ok(app)
    }
}

/// What carries erasures out, for the function that does only that.
pub fn erasures(dynamo: &Dynamo, clock: Clock, random: Random) -> ErasureService {
    let users = Eraser::new(UserRepository::new(dynamo, random.clone()), clock.clone());
    ErasureService::new(users, SessionService::new(AuthRepository::new(dynamo, random), clock))
}
