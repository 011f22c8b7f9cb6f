//! Who may call a handler, as a type. Credentials are checked once per request. Extractors only read the result.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::BASE_PATH;
use super::request_info::RequestInfo;
use crate::app::App;
use crate::audit::model::Actor;
use crate::auth::error::AuthError;
use crate::auth::model::{AuthenticatedKey, AuthenticatedUser, Principal};
use crate::auth::rights::{Reach, Right};
use crate::control::model::Refusal;
use crate::error::{ApiError, Code};
use crate::users::grants::{Grants, Resource};
use crate::users::model::Viewer;

/// Mini App init data, as the Telegram client hands it to the app.
pub(super) const TELEGRAM: &str = "x-telegram-auth";
/// An API key.
const API_KEY: &str = "x-api-key";

/// Result of checking a request's credentials: none, a principal, or the reason why they are invalid.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) principal: Result<Option<Principal>, ApiError>,
    /// Whether the control list is recent enough for what needs a right.
    is_current: bool,
    /// Whether an extractor has asked who is calling. If none has, the answer is the same for everybody.
    pub(super) asked: Arc<AtomicBool>,
}

/// Checks the first of `X-Telegram-Auth`, `Authorization` (`Bearer` or `tma`) and `X-API-Key` that is present.
pub(super) async fn authenticate(app: &App, headers: &HeaderMap) -> Credentials {
    Credentials { principal: principal(app, headers).await, is_current: false, asked: Arc::default() }
}

async fn principal(app: &App, headers: &HeaderMap) -> Result<Option<Principal>, ApiError> {
    if let Some(init_data) = headers.get(TELEGRAM) {
        return Ok(Some(app.auth.service.by_init_data(visible(init_data)).await?));
    }
    if let Some(authorization) = headers.get(AUTHORIZATION) {
        let (scheme, credential) = visible(authorization).split_once(' ').unwrap_or_default();
        return match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Ok(Some(app.auth.service.by_token(credential.trim()).await?)),
            "tma" => Ok(Some(app.auth.service.by_init_data(credential.trim()).await?)),
            _ => Err(ApiError::new(
                Code::TOKEN_INVALID,
                "`Authorization` must be `Bearer <token>` or `tma <init data>`.",
            )),
        };
    }
    match headers.get(API_KEY) {
        Some(key) => Ok(Some(Principal::Key(app.auth.service.by_api_key(visible(key)).await?))),
        None => Ok(None),
    }
}

/// Holds a principal against the control list, which is read now: a valid token may belong to a session that has ended,
/// to a banned user, or to a user who got grants since.
pub(super) async fn hold_against_list(app: &App, credentials: Credentials) -> Credentials {
    let is_current = app.control.list.holds();
    let principal = match credentials.principal {
        Ok(Some(Principal::User(user))) => current(app, user).await.map(|user| Some(Principal::User(user))),
        other => other,
    };
    Credentials { principal, is_current, ..credentials }
}

async fn current(app: &App, mut user: AuthenticatedUser) -> Result<AuthenticatedUser, ApiError> {
    let Some(session) = user.session() else { return Ok(user) };
    match app.control.list.refusal(user.id, session) {
        Some(Refusal::Banned) => return Err(AuthError::Banned.into()),
        Some(Refusal::SessionEnded) => return Err(AuthError::SessionEnded.into()),
        None => {}
    }
    // Those of staff have just been read.
    if user.grants.is_empty() && app.control.list.grants_changed(user.id) {
        user.grants = app.auth.service.grants(user.id).await?;
    }
    Ok(user)
}

/// A header's text; empty if it is not visible ASCII, as no credential is.
pub(super) fn visible(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// The caller, for routes on which a right only adds something. On a control list that is too old, it adds nothing.
fn found(parts: &Parts) -> Result<Option<Principal>, ApiError> {
    let Some(credentials) = parts.extensions.get::<Credentials>() else { return Ok(None) };
    credentials.asked.store(true, Ordering::Relaxed);
    match credentials.principal.clone()? {
        Some(Principal::User(user)) if !credentials.is_current => {
            Ok(Some(Principal::User(AuthenticatedUser { grants: Grants::new(), ..user })))
        }
        principal => Ok(principal),
    }
}

/// What the caller may do more than an ordinary user, as far as it counts now.
pub(super) fn privileges(parts: &Parts) -> BTreeSet<String> {
    found(parts).ok().flatten().map(|principal| principal.privileges()).unwrap_or_default()
}

fn required(parts: &Parts) -> Result<Principal, ApiError> {
    found(parts)?.ok_or_else(|| {
        ApiError::new(
            Code::AUTHENTICATION_REQUIRED,
            "This route needs authentication. Send `X-Telegram-Auth`, `Authorization` or, if the route allows it, `X-API-Key`.",
        )
    })
}

/// A principal for a route that needs a right. Rights are not given on a control list that is too old.
fn authorised(parts: &Parts) -> Result<Principal, ApiError> {
    let principal = required(parts)?;
    let is_current = parts.extensions.get::<Credentials>().is_some_and(|credentials| credentials.is_current);
    // Keys are read at each request, so the list says nothing of them.
    if is_current || matches!(principal, Principal::Key(_)) {
        return Ok(principal);
    }
    let why = "The list of bans and ended sessions cannot be read, so routes that need a right are closed. Try again.";
    Err(ApiError::new(Code::UNAVAILABLE, why))
}

fn forbidden(why: &'static str) -> ApiError {
    ApiError::new(Code::FORBIDDEN, why)
}

/// A user, logged in by Telegram's own signature or by our token.
#[derive(Clone, Debug)]
pub struct CurrentUser(pub AuthenticatedUser);

impl FromRequestParts<Arc<App>> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        match required(parts)? {
            Principal::User(user) => Ok(Self(user)),
            Principal::Key(_) => Err(forbidden("This route is for users. An API key cannot call it.")),
        }
    }
}

/// A user or an API key, with any permission.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Principal);

impl FromRequestParts<Arc<App>> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        required(parts).map(Self)
    }
}

/// Everybody. A caller with credentials may see more. An invalid credential is an error even here.
#[derive(Clone, Debug)]
pub struct MaybeUser(pub Option<Principal>);

impl MaybeUser {
    /// Which profiles the caller can see.
    pub fn viewer(&self) -> Viewer {
        self.0.as_ref().map_or(Viewer::Anonymous, Principal::viewer)
    }
}

impl FromRequestParts<Arc<App>> for MaybeUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        found(parts).map(Self)
    }
}

/// A user or an API key (or its admin token) with the right `R` on what the path names: a conference, a check-in list,
/// a side event, or else everything.
#[derive(Clone, Debug)]
pub struct Allowed<R> {
    /// The caller.
    pub principal: Principal,
    right: PhantomData<R>,
}

impl<R: Right> FromRequestParts<Arc<App>> for Allowed<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let principal = authorised(parts)?;
        if principal.reach::<R>().covers(&resource(parts)) {
            Ok(Self { principal, right: PhantomData })
        } else {
            Err(lacks::<R>())
        }
    }
}

/// The same, also with the right on something below what the path names: for what staff of one check-in list need of
/// its conference.
#[derive(Clone, Debug)]
pub struct AllowedWithin<R>(PhantomData<R>);

impl<R: Right> FromRequestParts<Arc<App>> for AllowedWithin<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let reach = authorised(parts)?.reach::<R>();
        if reach.touches(&resource(parts)) { Ok(Self(PhantomData)) } else { Err(lacks::<R>()) }
    }
}

/// A user or an API key with the right `R` on something. The extractor that uses it finds out whether the request is
/// about that.
#[derive(Clone, Debug)]
pub struct AllowedSomewhere<R> {
    /// The caller.
    pub principal: Principal,
    /// The resources on which the caller has the right.
    pub reach: Reach,
    right: PhantomData<R>,
}

impl<R: Right> FromRequestParts<Arc<App>> for AllowedSomewhere<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let principal = authorised(parts)?;
        let reach = principal.reach::<R>();
        if reach.is_empty() { Err(lacks::<R>()) } else { Ok(Self { principal, reach, right: PhantomData }) }
    }
}

/// The caller, for the audit. Whether they may do it, another extractor says.
impl FromRequestParts<Arc<App>> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let request_id = parts.extensions.get::<RequestInfo>().map(|info| info.id.clone()).unwrap_or_default();
        Ok(Self { name: required(parts)?.name(), request_id })
    }
}

/// The resource that a request's path names.
fn resource(parts: &Parts) -> Resource {
    Resource::of_path(parts.uri.path().strip_prefix(BASE_PATH).unwrap_or_default())
}

/// The error of a principal without the right.
pub fn lacks<R: Right>() -> ApiError {
    forbidden(
        "This route needs the right in `details`: an access role that has it here, or an API key with it as its scope.",
    )
    .detail("scope", R::INFO.name)
}

/// An API key itself and not its admin token: otherwise a token could renew itself for ever.
#[derive(Clone, Debug)]
pub struct ApiKeyCaller(pub AuthenticatedKey);

impl FromRequestParts<Arc<App>> for ApiKeyCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        match required(parts)? {
            Principal::Key(key)
                if parts.headers.contains_key(API_KEY) && !parts.headers.contains_key(AUTHORIZATION) =>
            {
                Ok(Self(key))
            }
            _ => Err(ApiError::new(
                Code::AUTHENTICATION_REQUIRED,
                "This route needs an API key. Send it in `X-API-Key`, without `Authorization`.",
            )),
        }
    }
}

/// A caller with fresh proof of who they are: for acts that a stolen token or a lost device must not do.
#[derive(Clone, Copy, Debug)]
pub struct FreshProof;

impl FromRequestParts<Arc<App>> for FreshProof {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        app.auth.service.require_fresh_proof(&required(parts)?).await?;
        Ok(Self)
    }
}
