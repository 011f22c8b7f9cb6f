//! What an app is configured with.

use super::domains::DomainConfig;
use crate::auth::config::AuthConfig;
use crate::config::{Env, HttpConfig, Secret};
use crate::url::HttpsUrl;

/// The mini app's address where `APP_URL` is not set.
const DEFAULT_APP_URL: &str = "https://t.me/ibw_bot/app";

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

/// Reads `APP_URL`, where the mini app is.
pub fn app_url(env: &mut Env) -> Option<HttpsUrl> {
    env.optional("APP_URL").or_else(|| DEFAULT_APP_URL.parse().ok())
}

impl AppConfig {
    /// Reads all parts but the storage; `None` when authentication's are wrong, and then `env` knows why.
    pub fn read(env: &mut Env) -> Option<Self> {
        let (http, signing_key) = (HttpConfig::read(env), env.key("SIGNING_KEY"));
        let app_url = app_url(env)?;
        let domains = DomainConfig::read(env);
        let auth = AuthConfig::read(env)?;
        Some(Self { http, auth, signing_key, app_url, domains })
    }
}
