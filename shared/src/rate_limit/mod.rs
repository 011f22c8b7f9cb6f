//! How often somebody may call an endpoint: fixed windows, counted in the `ephemeral` table, one write a request.
//!
//! The caller is the user or key, else the network. A login is counted by the Telegram account that it proves, since a
//! whole venue may share one address. Answers carry `RateLimit` and `RateLimit-Policy`
//! (draft-ietf-httpapi-ratelimit-headers-10) and, when refused, `Retry-After`.
//!
//! Who is refused is remembered until the window ends, so that a flood costs no writes.

mod limits;
mod refused;
mod repository;

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

use crate::error::{ApiError, Code};
use crate::platform::Platform;
use crate::time::Clock;

pub use limits::{Limit, RateClass, RateLimits};

use refused::Refused;
use repository::{CountRepository, Window};

/// Counts requests. Clones share who is refused.
#[derive(Clone, Debug)]
pub struct RateLimiter {
    counts: CountRepository,
    limits: RateLimits,
    refused: Arc<Mutex<Refused>>,
    clock: Clock,
}

impl RateLimiter {
    /// Counts in the table `ephemeral`.
    pub fn new(platform: &Platform, limits: RateLimits) -> Self {
        let counts = CountRepository::new(platform);
        Self { counts, limits, refused: Arc::default(), clock: platform.clock.clone() }
    }

    /// Counts a request of `caller` to `endpoint`; an error when it is one too many, `None` when it passes uncounted.
    ///
    /// Only anonymous callers pass if the request cannot be counted: they read what everybody may read, mostly from
    /// memory or a cache. Others are answered 503. What they do writes and needs DynamoDB, too; a limit on codes that
    /// could be switched off would be none; and what keeps a count from being written may be the caller's own flood.
    pub async fn take(&self, class: RateClass, endpoint: &str, caller: &str) -> Result<Option<Remaining>, ApiError> {
        let limit = self.limits.of(class);
        let now = self.clock.now().seconds();
        let number = now.div_euclid(limit.seconds);
        let window = Window { caller, endpoint, number, end: (number + 1) * limit.seconds };
        let remaining =
            |used| Remaining { class, limit, left: limit.count.saturating_sub(used), reset: window.end - now };
        let name = window.name();
        if self.refused.lock().unwrap_or_else(PoisonError::into_inner).has(&name, now) {
            return Err(remaining(limit.count).exceeded());
        }
        let used = match class {
            RateClass::Anonymous => match self.counts.count_once(&window).await {
                Ok(used) => used,
                Err(error) => {
                    tracing::warn!(%error, "rate_limit.not_counted");
                    return Ok(None);
                }
            },
            _ => self.counts.count(&window).await.map_err(ApiError::unavailable)?,
        };
        if used <= limit.count {
            return Ok(Some(remaining(used)));
        }
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).add(name, window.end, now);
        Err(remaining(used).exceeded())
    }
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    class: RateClass,
    limit: Limit,
    left: u64,
    /// Seconds until the window ends.
    reset: i64,
}

impl Remaining {
    fn headers(&self) -> [(&'static str, String); 2] {
        let (name, Limit { count, seconds }) = (self.class.name(), self.limit);
        [
            ("ratelimit", format!("\"{name}\";r={};t={}", self.left, self.reset)),
            ("ratelimit-policy", format!("\"{name}\";q={count};w={seconds}")),
        ]
    }

    /// Adds `RateLimit` and `RateLimit-Policy`.
    pub fn write(&self, headers: &mut HeaderMap) {
        for (name, value) in self.headers() {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }

    fn exceeded(self) -> ApiError {
        let mut error =
            ApiError::new(Code::RATE_LIMITED, format!("Too many requests. Try again in {} seconds.", self.reset));
        error.retry_after = u64::try_from(self.reset).ok();
        error.headers = self.headers().into();
        error
    }
}

/// For handlers that count for themselves: put it in front of the answer.
impl IntoResponseParts for Remaining {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Self::Error> {
        self.write(response.headers_mut());
        Ok(response)
    }
}
