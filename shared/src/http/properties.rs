//! Properties of a route, declared where the route is registered. The middleware and the OpenAPI document read them.

use axum::http::Method;

use crate::error::Code;
use crate::rate_limit::RateClass;

/// Bytes of a body on most routes. Larger files go through uploads.
const MAX_BODY: usize = 256 * 1024;
/// Bytes of a megabyte.
pub(super) const MEGABYTE: usize = 1024 * 1024;

/// Properties of a route that the middleware needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Properties {
    /// Rate class. Default: by method.
    pub(super) rate: Option<RateClass>,
    /// The handler itself checks credentials and counts requests, because the request is about the credentials.
    pub(super) self_guarded: bool,
    /// Maximum size of a body in bytes.
    pub(super) max_body: usize,
    /// Whether `HEAD` is offered beside `GET`.
    pub(super) head: bool,
    /// Whether `Idempotency-Key` is offered.
    pub(super) repeatable: bool,
    /// The answer's `Cache-Control`. Default: by what the answer depends on (`cache.rs`).
    pub(super) cache: Option<&'static str>,
    /// What the audit has of an unsafe method.
    pub(super) audit: Option<Audited>,
    /// Codes of the handler's own errors. Those of its extractors and of the middleware are added.
    pub(super) errors: &'static [Code],
}

/// What the audit has of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Audited {
    /// The action.
    pub(super) action: &'static str,
    /// Another action, which it may turn out to be.
    pub(super) or: Option<&'static str>,
    /// Whether the route also serves users who change their own data, which is not audited.
    pub(super) unless_own: bool,
}

impl Default for Properties {
    fn default() -> Self {
        Self { repeatable: true, ..Self::UNROUTED }
    }
}

impl Properties {
    /// Those of a request that no route answers.
    pub(super) const UNROUTED: Self = Self {
        rate: None,
        self_guarded: false,
        max_body: MAX_BODY,
        head: false,
        repeatable: false,
        cache: None,
        audit: None,
        errors: &[],
    };

    /// The methods of a path whose handlers have these.
    pub(super) fn methods(&self, handled: &[Method]) -> Vec<Method> {
        let head = (self.head && handled.contains(&Method::GET)).then_some(Method::HEAD);
        handled.iter().cloned().chain(head).collect()
    }

    /// The maximum size of a body, for messages.
    pub(super) fn body_limit(&self) -> String {
        match self.max_body.checked_rem(MEGABYTE) {
            Some(0) => format!("{} MB", self.max_body / MEGABYTE),
            _ => format!("{} KB", self.max_body / 1024),
        }
    }
}
