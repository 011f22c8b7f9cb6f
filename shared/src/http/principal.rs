//! Who may call a handler, as a type. Credentials are checked once per request. Extractors only read the result.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::scope::Scope;
use crate::app::App;
use crate::auth::model::{AuthenticatedKey, AuthenticatedUser, Principal};
use crate::config::Secret;
use crate::error::{ApiError, Code};
use crate::users::model::{AccessRole, Viewer};

/// Mini App init data, as the Telegram client hands it to the app.
const TELEGRAM: &str = "x-telegram-auth";
/// An API key.
const API_KEY: &str = "x-api-key";

/// Result of checking a request's credentials: none, a principal, or the reason why they are invalid.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) principal: Result<Option<Principal>, ApiError>,
    /// Whether an extractor has asked who is calling. If none has, the answer is the same for everybody.
    pub(super) asked: Arc<AtomicBool>,
}

/// Checks the first of `X-Telegram-Auth`, `Authorization` (`Bearer` or `tma`) and `X-API-Key` that is present.
pub(super) async fn authenticate(app: &App, headers: &HeaderMap) -> Credentials {
    Credentials { principal: principal(app, headers).await, asked: Arc::default() }
}

async fn principal(app: &App, headers: &HeaderMap) -> Result<Option<Principal>, ApiError> {
    if let Some(init_data) = headers.get(TELEGRAM) {
        return Ok(Some(app.auth.service.by_init_data(visible(init_data)).await?));
    }
    if let Some(authorization) = headers.get(AUTHORIZATION) {
        let (scheme, credential) = visible(authorization).split_once(' ').unwrap_or_default();
        return match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Ok(Some(app.auth.service.by_token(credential.trim())?)),
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

/// A header's text; empty if it is not visible ASCII, as no credential is.
pub(super) fn visible(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

fn found(parts: &Parts) -> Result<Option<Principal>, ApiError> {
    let Some(credentials) = parts.extensions.get::<Credentials>() else { return Ok(None) };
    credentials.asked.store(true, Ordering::Relaxed);
    credentials.principal.clone()
}

fn required(parts: &Parts) -> Result<Principal, ApiError> {
    found(parts)?.ok_or_else(|| {
        ApiError::new(
            Code::AUTHENTICATION_REQUIRED,
            "This route needs authentication. Send `X-Telegram-Auth`, `Authorization` or, if the route allows it, `X-API-Key`.",
        )
    })
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

/// A user with any access role, or an API key (or its admin token) with the scope. Devices at the venue have such a
/// key.
#[derive(Clone, Debug)]
pub struct Staff<S> {
    /// The caller.
    pub principal: Principal,
    scope: PhantomData<S>,
}

impl<S: Scope> FromRequestParts<Arc<App>> for Staff<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let principal = serving(
            parts,
            AccessRole::Steward,
            S::NAME,
            "This route needs an access role, or an API key with the scope in `details`.",
        )?;
        Ok(Self { principal, scope: PhantomData })
    }
}

/// A user with the access role `supervisor` or higher, or an API key (or its admin token) with the scope.
#[derive(Clone, Debug)]
pub struct Supervisor<S> {
    /// The caller.
    pub principal: Principal,
    scope: PhantomData<S>,
}

impl<S: Scope> FromRequestParts<Arc<App>> for Supervisor<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let principal = serving(
            parts,
            AccessRole::Supervisor,
            S::NAME,
            "This route needs the access role `supervisor` or higher, or an API key with the scope in `details`.",
        )?;
        Ok(Self { principal, scope: PhantomData })
    }
}

fn serving(parts: &Parts, role: AccessRole, scope: &str, otherwise: &'static str) -> Result<Principal, ApiError> {
    let principal = required(parts)?;
    if principal.serves(role, scope) { Ok(principal) } else { Err(forbidden(otherwise).detail("scope", scope)) }
}

/// A user with the access role `organizer` or `admin`, or an API key (or its admin token) with the scope.
#[derive(Clone, Debug)]
pub struct Admin<S> {
    /// The caller.
    pub principal: Principal,
    scope: PhantomData<S>,
}

impl<S: Scope> FromRequestParts<Arc<App>> for Admin<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let principal = required(parts)?;
        if principal.may(S::NAME) {
            Ok(Self { principal, scope: PhantomData })
        } else {
            Err(forbidden(
                "This route needs the access role `organizer` or `admin`, or an API key with the scope in `details`.",
            )
            .detail("scope", S::NAME))
        }
    }
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

/// The `X-Telegram-Auth` header, unchecked: the login checks it.
#[derive(Clone, Debug)]
pub struct TelegramAuth(pub Option<String>);

impl FromRequestParts<Arc<App>> for TelegramAuth {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        Ok(Self(parts.headers.get(TELEGRAM).map(|value| visible(value).to_owned())))
    }
}

/// The secret that Telegram sends with each update; empty if the header is missing.
#[derive(Clone, Debug)]
pub struct TelegramWebhookSecret(pub Secret);

impl FromRequestParts<Arc<App>> for TelegramWebhookSecret {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let secret = parts.headers.get("x-telegram-bot-api-secret-token").map(visible).unwrap_or_default();
        Ok(Self(Secret::new(secret)))
    }
}

/// The ticketing system's signature of a body; empty if the header is missing.
#[derive(Clone, Debug)]
pub struct TicketingSignature(pub String);

impl FromRequestParts<Arc<App>> for TicketingSignature {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        Ok(Self(parts.headers.get("x-ticketing-signature").map(visible).unwrap_or_default().to_owned()))
    }
}
