//! What the HTTP side is configured with.

use super::Env;
use crate::rate_limit::RateLimits;
use crate::url::WebUrl;

/// CORS, limits, what `/health` tells, and the address of the API.
#[derive(Clone, Debug, Default)]
pub struct HttpConfig {
    /// Origins whose pages may call the API; `*` is all.
    pub cors_origins: Vec<String>,
    /// How often who may call what.
    pub rate_limits: RateLimits,
    /// What was deployed: a version or commit.
    pub build: String,
    /// What stands before `/api/v1` in the addresses that the API gives out; `None` if it is as the request says.
    pub public_url: Option<WebUrl>,
}

impl HttpConfig {
    /// Reads `CORS_ORIGINS`, `RATE_LIMITS`, `BUILD` and `PUBLIC_URL`.
    pub fn read(env: &mut Env) -> Self {
        let cors_origins = env.list("CORS_ORIGINS");
        for origin in &cors_origins {
            let is_origin = origin.split_once("://").is_some_and(|(_, host)| !host.is_empty() && !host.contains('/'));
            if origin != "*" && !(is_origin && origin.is_ascii()) {
                env.problem("CORS_ORIGINS", format!("`{origin}` is not an origin like https://app.example.org"));
            }
        }
        let rate_limits = env.optional("RATE_LIMITS").unwrap_or_default();
        let build = env.optional("BUILD").unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned());
        Self { cors_origins, rate_limits, build, public_url: env.optional("PUBLIC_URL") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_with_a_path_for_an_origin_is_refused() {
        for (origins, valid) in [
            ("https://a.example.org, http://localhost:5173", true),
            ("*", true),
            ("https://a.org/", false),
            ("a.org", false),
        ] {
            let mut env = Env::of([("CORS_ORIGINS", origins)]);
            HttpConfig::read(&mut env);
            assert_eq!(env.finish(()).is_ok(), valid, "{origins}");
        }
    }
}
