//! How often somebody may call an endpoint: fixed windows, counted in the `ephemeral` table, one write a request.
//!
//! The caller is the user or key, else the address. A login is counted by the Telegram account that it proves, since a
//! whole venue may share one address. Answers carry `RateLimit` and `RateLimit-Policy`
//! (draft-ietf-httpapi-ratelimit-headers-10) and, when refused, `Retry-After`.

use std::str::FromStr;

use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

use crate::dynamo::{self, Key, Table};
use crate::error::{ApiError, Code};
use crate::platform::Platform;
use crate::time::Clock;

/// The kinds of endpoints, by how often they may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateClass {
    /// Safe methods.
    Read,
    /// Unsafe methods.
    Write,
    /// Logging in and refreshing.
    Login,
    /// Asking for codes, and trying them.
    Code,
    /// Scanning tickets: an entrance is faster than one's own changes.
    Scan,
    /// Whatever an API key calls.
    Admin,
}

impl RateClass {
    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Login => "login",
            Self::Code => "code",
            Self::Scan => "scan",
            Self::Admin => "admin",
        }
    }
}

/// So many requests in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Requests.
    pub count: u64,
    /// Seconds.
    pub seconds: i64,
}

/// The limits of all classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    read: Limit,
    write: Limit,
    login: Limit,
    code: Limit,
    scan: Limit,
    admin: Limit,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            read: Limit { count: 120, seconds: 60 },
            write: Limit { count: 30, seconds: 60 },
            login: Limit { count: 10, seconds: 60 },
            code: Limit { count: 5, seconds: 600 },
            scan: Limit { count: 240, seconds: 60 },
            admin: Limit { count: 600, seconds: 60 },
        }
    }
}

impl RateLimits {
    /// The limit of a class.
    pub const fn of(&self, class: RateClass) -> Limit {
        match class {
            RateClass::Read => self.read,
            RateClass::Write => self.write,
            RateClass::Login => self.login,
            RateClass::Code => self.code,
            RateClass::Scan => self.scan,
            RateClass::Admin => self.admin,
        }
    }
}

impl FromStr for RateLimits {
    type Err = &'static str;

    /// Overrides of the defaults: `read=120/60,login=10/60`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str =
            "must be a list like read=120/60,write=30/60,login=10/60,code=5/600,scan=240/60,admin=600/60";
        let mut limits = Self::default();
        for part in text.split(',') {
            let (name, rest) = part.trim().split_once('=').ok_or(FORM)?;
            let (count, seconds) = rest.split_once('/').ok_or(FORM)?;
            let limit = Limit { count: count.parse().map_err(|_| FORM)?, seconds: seconds.parse().map_err(|_| FORM)? };
            if limit.count == 0 || limit.seconds <= 0 {
                return Err(FORM);
            }
            match name {
                "read" => limits.read = limit,
                "write" => limits.write = limit,
                "login" => limits.login = limit,
                "code" => limits.code = limit,
                "scan" => limits.scan = limit,
                "admin" => limits.admin = limit,
                _ => return Err(FORM),
            }
        }
        Ok(limits)
    }
}

/// Counts requests.
#[derive(Clone, Debug)]
pub struct RateLimiter {
    table: Table,
    limits: RateLimits,
    clock: Clock,
}

impl RateLimiter {
    /// Counts in the table `ephemeral`.
    pub fn new(platform: &Platform, limits: RateLimits) -> Self {
        Self { table: platform.tables.table("ephemeral"), limits, clock: platform.clock.clone() }
    }

    /// Counts a request of `caller` to `endpoint`; an error when it is one too many.
    pub async fn take(&self, class: RateClass, endpoint: &str, caller: &str) -> Result<Remaining, ApiError> {
        let limit = self.limits.of(class);
        let now = self.clock.now().seconds();
        let window = now.div_euclid(limit.seconds);
        let end = (window + 1) * limit.seconds;
        let key = Key { pk: format!("RATE#{caller}"), sk: format!("{endpoint}#{window}") };
        // A minute more, so that a count outlives the differences between clocks.
        let used = self.table.count(&key, end + 60).await.map_err(|error: dynamo::Error| ApiError::from(error))?;
        let remaining = Remaining { class, limit, left: limit.count.saturating_sub(used), reset: end - now };
        if used > limit.count { Err(remaining.exceeded()) } else { Ok(remaining) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_override_the_defaults_one_by_one() {
        let limits: RateLimits = "login=3/30, read=1/1".parse().unwrap();
        assert_eq!(limits.of(RateClass::Login), Limit { count: 3, seconds: 30 });
        assert_eq!(limits.of(RateClass::Code), Limit { count: 5, seconds: 600 });
        for bad in ["", "login", "login=0/60", "login=1/0", "logon=1/1", "login=x/1"] {
            assert!(bad.parse::<RateLimits>().is_err(), "{bad:?}");
        }
    }
}
