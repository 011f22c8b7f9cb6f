//! HTTP as every function speaks it: one stack of middleware around a router, extractors that name who may call a handler,
//! and answers that look the same everywhere.
//!
//! A handler is: extract, call one service method, map to a response. It cannot compile without naming who may call it, as
//! the caller is an extractor: [`CurrentUser`], [`MaybeUser`], [`Authenticated`], [`Staff`], [`Supervisor`], [`Admin`] or none for
//! what is public.

mod compress;
mod config;
mod csv;
mod etag;
mod extract;
mod guard;
mod idempotency;
mod observe;
mod openapi;
mod principal;
mod problem;
mod rate_limit;
mod request_info;
mod routes;
mod stack;

pub use compress::accepts_gzip;
pub use config::HttpConfig;
pub use csv::csv_file;
pub use etag::{ETagged, IfMatch, RequiredIfMatch, content_tag, has_tag, is_known};
pub use extract::{Body, Json, PageQuery, Path, Paths, Query};
pub use guard::Caller;
pub use openapi::{Errors, document};
pub use principal::{
    Admin, ApiKeyCaller, Authenticated, CurrentUser, MaybeUser, Scope, Staff, Supervisor, TelegramAuth, scope,
};
pub use rate_limit::{Limit, RateClass, RateLimiter, RateLimits, Remaining};
pub use request_info::RequestInfo;
pub use routes::{Document, Handlers, Router, Routes, utoipa_axum};
pub use stack::{serve, stack};

/// All paths begin so.
pub const BASE_PATH: &str = "/api/v1";
