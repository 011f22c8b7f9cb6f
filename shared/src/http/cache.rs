//! `Cache-Control` of every answer. It follows from what the answer depends on, so no route can forget it:
//!
//! - the same for everybody, as no extractor asked who is calling: public for some seconds;
//! - for one caller and with a tag: private, and to be asked for each time;
//! - all else, tokens, tickets, codes and errors among it: not stored.
//!
//! A route can say otherwise where it is registered ([`super::Handlers::cache`]).

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, ETAG, VARY};
use axum::middleware::Next;
use axum::response::Response;

/// For everybody. A cache in front of the API asks once in ten seconds, and answers meanwhile with what it has: with
/// five seconds of an instance's memory, a change is seen everywhere within a minute.
pub(super) const PUBLIC: &str = "public, max-age=5, s-maxage=10, stale-while-revalidate=20";
/// For one caller, who has the answer with its tag.
pub(super) const PRIVATE: &str = "private, no-cache";
/// For nobody.
pub(super) const NO_STORE: &str = "no-store";
/// What a private answer depends on. Two users of one browser may have the same version of different things.
const CREDENTIALS: &str = "authorization, x-telegram-auth, x-api-key";

/// What is known of an answer's readers, in its extensions.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cacheable {
    /// It is the same for everybody.
    ForEverybody,
    /// The route says it.
    As(&'static str),
}

pub(super) async fn cache(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = policy(&response);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(policy));
    if policy == PRIVATE {
        response.headers_mut().append(VARY, HeaderValue::from_static(CREDENTIALS));
    }
    response
}

fn policy(response: &Response) -> &'static str {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    match response.extensions().get() {
        // An error may be of the one caller who is refused, or gone in a second.
        _ if failed => NO_STORE,
        Some(Cacheable::As(policy)) => policy,
        Some(Cacheable::ForEverybody) => PUBLIC,
        None if response.headers().contains_key(ETAG) => PRIVATE,
        None => NO_STORE,
    }
}
