//! The outermost layer: gives each request its id and its deadline, and says in one line of JSON how it went.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::guard::Caller;
use super::problem;
use super::request_info::RequestInfo;
use crate::app::App;
use crate::deadline::with_deadline;
use crate::telemetry::RequestLine;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The methods that routes have, and preflights.
const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

static WARM: AtomicBool = AtomicBool::new(false);

pub(super) async fn observe(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let info = RequestInfo::of(&request, || hex::encode(app.platform.random.bytes::<16>()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(info.clone());
    let response = with_deadline(info.deadline, next.run(request)).await;
    let mut response = problem::render(response, &info.id);
    if let Ok(id) = HeaderValue::from_str(&info.id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    RequestLine {
        request_id: &info.id,
        route: route.as_deref(),
        // Other methods are the caller's invention.
        method: if METHODS.contains(&method) { method.as_str() } else { "OTHER" },
        status: response.status().as_u16(),
        duration: started.elapsed(),
        principal: response.extensions().get::<Caller>().map_or("anonymous", |caller| caller.0.as_str()),
        cold_start: !WARM.swap(true, Ordering::Relaxed),
        now: app.platform.clock.now(),
    }
    .print();
    response
}
