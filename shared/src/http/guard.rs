//! The inner layer, before every handler: credentials, rate limit, idempotency. What a route needs of it is in its
//! [`Properties`].

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};

use super::cache::Cacheable;
use super::idempotency;
use super::principal::{Credentials, authenticate, hold_against_list};
use super::properties::Properties;
use super::request_info::RequestInfo;
use super::routes::RouteTable;
use crate::app::App;
use crate::auth::model::Principal;
use crate::error::ApiError;
use crate::rate_limit::RateClass;

/// Who made a request, for the log. Handlers of self-guarded routes put it in front of their answer.
#[derive(Clone, Debug)]
pub struct Caller(pub String);

impl IntoResponseParts for Caller {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        response.extensions_mut().insert(self);
        Ok(response)
    }
}

/// The app, and what the function's routes ask for.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) app: Arc<App>,
    pub(super) routes: Arc<RouteTable>,
}

pub(super) async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let Some(route) = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()) else {
        return next.run(request).await;
    };
    let properties = match guard.routes.of(request.method(), &route) {
        Some(properties) => properties,
        // Only other methods are offered: 405, and nothing to guard.
        None if guard.routes.methods(&route).is_some() => return next.run(request).await,
        // A route that is no part of the API is guarded, too. It changes nothing, so there is nothing to repeat.
        None => Properties::UNROUTED,
    };
    request.extensions_mut().insert(properties);
    let mut response = if properties.self_guarded {
        next.run(request).await
    } else {
        checked(&guard.app, &route, properties, request, next).await
    };
    if let Some(policy) = properties.cache {
        response.extensions_mut().insert(Cacheable::As(policy));
    }
    response
}

async fn checked(app: &App, route: &str, properties: Properties, request: Request, next: Next) -> Response {
    // An invalid credential is no error here, because a public route does not look at it.
    let credentials = authenticate(app, request.headers()).await;
    let (asked, is_read) = (credentials.asked.clone(), request.method().is_safe());
    let name = credentials.principal.as_ref().ok().and_then(Option::as_ref).map(Principal::name);
    let passed = pass(app, route, properties, credentials, name.as_deref(), request, next).await;
    let mut response = passed.unwrap_or_else(IntoResponse::into_response);
    if let Some(name) = name {
        response.extensions_mut().insert(Caller(name));
    }
    if is_read && !asked.load(Ordering::Relaxed) {
        response.extensions_mut().insert(Cacheable::ForEverybody);
    }
    response
}

async fn pass(
    app: &App,
    route: &str,
    properties: Properties,
    credentials: Credentials,
    name: Option<&str>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let address = request.extensions().get::<RequestInfo>().map(RequestInfo::network).unwrap_or_default();
    let class = class_of(request.method(), properties, &credentials);
    let endpoint = format!("{} {route}", request.method());
    let count = app.limiter.take(class, &endpoint, name.unwrap_or(&address));
    let (remaining, ()) = tokio::join!(count, app.control.list.refresh());
    let remaining = remaining?;
    let credentials = hold_against_list(app, credentials).await;
    // A caller who is banned by now gets no answer of an earlier request either.
    let is_admitted = credentials.principal.is_ok();
    request.extensions_mut().insert(credentials);
    let mut response = match name {
        Some(name) if is_admitted && properties.repeatable && idempotency::is_asked(&request) => {
            idempotency::run(app, name, request, next).await
        }
        _ => next.run(request).await,
    };
    if let Some(remaining) = remaining {
        remaining.write(response.headers_mut());
    }
    Ok(response)
}

/// The rate class of a request. Codes have one limit for users and keys, to slow down guessing. Who is not known reads
/// what is public, or is refused: on a route with codes, too, where some of a venue's network would use up the few
/// tries
/// of all.
fn class_of(method: &Method, properties: Properties, credentials: &Credentials) -> RateClass {
    match (properties.rate, &credentials.principal) {
        (_, Ok(None) | Err(_)) => RateClass::Anonymous,
        (Some(RateClass::Code), _) => RateClass::Code,
        (_, Ok(Some(Principal::Key(_)))) => RateClass::Admin,
        (Some(class), _) => class,
        (None, _) if method.is_safe() => RateClass::Read,
        (None, _) => RateClass::Write,
    }
}
