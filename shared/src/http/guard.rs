//! The inner layer, for all that happens before a handler whatever it does: who is it, are they too fast, has this been done
//! before.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};

use super::idempotency;
use super::principal::{Credentials, authenticate};
use super::rate_limit::RateClass;
use super::request_info::RequestInfo;
use crate::app::App;
use crate::auth::model::Principal;
use crate::error::ApiError;

/// Routes that check credentials themselves, as they are what the request is about, and count by what they find; webhooks are not
/// counted, as all that one system tells comes from a few addresses.
const SELF_GUARDED: [&str; 4] = [
    "/api/v1/auth/login",
    "/api/v1/auth/refresh",
    "/api/v1/conferences/{slug}/attendees/webhook",
    "/api/v1/telegram/webhook",
];

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

pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    match route {
        Some(route) if !SELF_GUARDED.contains(&route.as_str()) => {
            // A credential that fails is no error here: a public route does not look at it.
            let credentials = authenticate(&app, request.headers()).await;
            let name = credentials.principal.as_ref().ok().and_then(Option::as_ref).map(Principal::name);
            let passed = pass(&app, &route, credentials, name.as_deref(), request, next).await;
            let mut response = passed.unwrap_or_else(IntoResponse::into_response);
            if let Some(name) = name {
                response.extensions_mut().insert(Caller(name));
            }
            response
        }
        _ => next.run(request).await,
    }
}

async fn pass(
    app: &App,
    route: &str,
    credentials: Credentials,
    name: Option<&str>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let address = request.extensions().get::<RequestInfo>().map(RequestInfo::address).unwrap_or_default();
    let class = RateClass::of(request.method(), route, &credentials);
    let endpoint = format!("{} {route}", request.method());
    let remaining = app.limiter.take(class, &endpoint, name.unwrap_or(&address)).await?;
    request.extensions_mut().insert(credentials);
    let mut response = match name {
        Some(name) if idempotency::applies(&request, route) => idempotency::run(app, name, request, next).await,
        _ => next.run(request).await,
    };
    remaining.write(response.headers_mut());
    Ok(response)
}
