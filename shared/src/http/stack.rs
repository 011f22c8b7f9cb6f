//! The middleware around every router, from the outside in:
//!
//! 1. [`observe`]: request id, deadline, the error's body, the request's one line in the log.
//! 2. [`methods`] says which methods a path has, in `Allow`.
//! 3. CORS: `OPTIONS` is answered here.
//! 4. [`cache`] adds `Cache-Control`.
//! 5. [`compress`]: gzip, and no answer that Lambda does not take.
//! 6. [`guard`]: credentials, rate limit, `Idempotency-Key`.
//! 7. Panics become faults.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use lambda_http::request::LambdaRequest;
use lambda_http::tower::ServiceExt;
use lambda_http::tower::util::MapRequest;
use lambda_http::{Adapter, LambdaEvent};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::cache::cache;
use super::compress::compress;
use super::event::tolerable;
use super::guard::{Guard, guard};
use super::methods::methods;
use super::observe::observe;
use super::problem;
use super::routes::Router;
use crate::app::App;

/// A stack behind `lambda_http`.
pub type EventService =
    MapRequest<Adapter<'static, Response, axum::Router>, fn(LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest>>;

/// A function's routes, ready to answer.
pub fn stack(router: Router, app: Arc<App>) -> axum::Router {
    let Router { routes, properties } = router;
    let properties = Arc::new(properties);
    let guarded = Guard { app: app.clone(), routes: properties.clone() };
    routes
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        // Extractors cap bodies themselves, with an error of ours.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn_with_state(guarded, guard))
        .layer(from_fn(compress))
        .layer(from_fn(cache))
        .layer(cors(&app.config.cors_origins))
        .layer(from_fn_with_state(properties, methods))
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app)
}

/// Serves Lambda's invocations until the instance ends.
#[expect(clippy::disallowed_methods, reason = "`observe` gives requests their deadline")]
pub async fn serve(routes: Router, app: Arc<App>) -> Result<(), lambda_http::Error> {
    lambda_http::lambda_runtime::run(events(stack(routes, app))).await
}

/// A stack that takes the gateway's events instead of requests.
pub fn events(stack: axum::Router) -> EventService {
    Adapter::from(stack).map_request(tolerable as fn(_) -> _)
}

fn cors(origins: &[String]) -> CorsLayer {
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
    };
    let name = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            // Some HTTP libraries of browsers send it with each request.
            header::CACHE_CONTROL,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            name("idempotency-key"),
            // Monitoring in the frontend joins its traces by these (W3C Trace Context, W3C Baggage, Sentry).
            name("baggage"),
            name("sentry-trace"),
            name("traceparent"),
            name("tracestate"),
            name("x-api-key"),
            name("x-telegram-auth"),
        ])
        .expose_headers([
            header::CONTENT_DISPOSITION,
            header::ETAG,
            header::RETRY_AFTER,
            name("idempotency-replayed"),
            name("ratelimit"),
            name("ratelimit-policy"),
            name("x-request-id"),
        ])
        .max_age(Duration::from_secs(3600))
}
