//! HTTP as every function speaks it: one stack of middleware around a router, extractors that name who may call a
//! handler, and answers that look the same everywhere.
//!
//! A handler is: extract, call one service method, map to a response. It cannot compile without naming who may call it,
//! as the caller is an extractor: [`CurrentUser`], [`MaybeUser`], [`Authenticated`], [`Allowed`] with a right, or none
//! for what is public.

mod address;
mod cache;
mod compress;
mod content;
mod csv;
mod describe;
mod entity_tag;
mod etag;
mod event;
mod extract;
mod guard;
mod idempotency;
mod methods;
mod observe;
mod openapi;
mod preconditions;
mod principal;
mod problem;
mod proofs;
mod properties;
mod request_info;
mod routes;
mod security;
mod stack;

pub use address::ApiAddress;
pub use compress::accepts_gzip;
pub use content::content;
pub use csv::csv_file;
pub use describe::{Describe, Described, method_of};
pub use etag::{ETagged, prepared, tagged_page};
pub use extract::{Body, ForeignJson, Json, Paged, Path, Paths, Query};
pub use guard::Caller;
pub use openapi::document;
pub use preconditions::{IfMatch, IfNoneMatch, RequiredIfMatch};
pub use principal::{
    Allowed, AllowedSomewhere, AllowedWithin, ApiKeyCaller, Authenticated, CurrentUser, FreshProof, MaybeUser, lacks,
};
pub use proofs::{TelegramAuth, TelegramWebhookSecret, TicketingSignature};
pub use properties::Properties;
pub use request_info::RequestInfo;
pub use routes::{Document, Handlers, Router, Routes, utoipa_axum};
pub use stack::{EventService, events, serve, stack};

/// All paths begin so.
pub const BASE_PATH: &str = "/api/v1";
