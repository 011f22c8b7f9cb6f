//! Who may call a handler, as a type. Credentials are looked at once per request; extractors only read the result.

use std::marker::PhantomData;
use std::sync::Arc;

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

/// What became of a request's credentials: none, whose they are, or why they do not hold.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) principal: Result<Option<Principal>, ApiError>,
}

/// Looks at the first of `X-Telegram-Auth`, `Authorization` (`Bearer` or `tma`) and `X-API-Key` that is there.
pub(super) async fn authenticate(app: &App, headers: &HeaderMap) -> Credentials {
    Credentials { principal: principal(app, headers).await }
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
            _ => {
                Err(ApiError::new(Code::TokenInvalid, "`Authorization` must be `Bearer <token>` or `tma <init data>`."))
            }
        };
    }
    match headers.get(API_KEY) {
        Some(key) => Ok(Some(Principal::Key(app.auth.service.by_api_key(visible(key)).await?))),
        None => Ok(None),
    }
}

/// A header's text; what is not visible ASCII is nobody's credential.
pub(super) fn visible(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

fn found(parts: &Parts) -> Result<Option<Principal>, ApiError> {
    parts.extensions.get::<Credentials>().map_or(Ok(None), |credentials| credentials.principal.clone())
}

fn required(parts: &Parts) -> Result<Principal, ApiError> {
    found(parts)?.ok_or_else(|| {
        ApiError::new(
            Code::AuthenticationRequired,
            "Log in first: send `X-Telegram-Auth`, `Authorization` or, where the route allows it, `X-API-Key`.",
        )
    })
}

fn forbidden(why: &'static str) -> ApiError {
    ApiError::new(Code::Forbidden, why)
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

/// A user or an API key, whatever they may do.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Principal);

impl FromRequestParts<Arc<App>> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        required(parts).map(Self)
    }
}

/// Anybody; those who are known see more. A credential that does not hold is an error all the same.
#[derive(Clone, Debug)]
pub struct MaybeUser(pub Option<Principal>);

impl MaybeUser {
    /// How much of other people they see.
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

/// Somebody with any access role, or an API key (or the token that stands for it) with the scope, as devices have one.
#[derive(Clone, Debug)]
pub struct Staff<S> {
    /// Who.
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
            "This route is for staff: it needs an access role, or an API key with the scope.",
        )?;
        Ok(Self { principal, scope: PhantomData })
    }
}

/// Somebody who leads stewards or more, or an API key (or the token that stands for it) with the scope.
#[derive(Clone, Debug)]
pub struct Supervisor<S> {
    /// Who.
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
            "This route is for supervisors: it needs the access role, or an API key with the scope.",
        )?;
        Ok(Self { principal, scope: PhantomData })
    }
}

fn serving(parts: &Parts, role: AccessRole, scope: &str, otherwise: &'static str) -> Result<Principal, ApiError> {
    let principal = required(parts)?;
    if principal.serves(role, scope) { Ok(principal) } else { Err(forbidden(otherwise).detail("scope", scope)) }
}

/// An admin or organizer, or an API key (or the token that stands for it) with the scope.
#[derive(Clone, Debug)]
pub struct Admin<S> {
    /// Who.
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
                "This route is for admins and organizers: it needs the access role, or an API key with the scope.",
            )
            .detail("scope", S::NAME))
        }
    }
}

/// An API key itself, as the admin login needs it: a token does not make tokens.
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
            _ => Err(ApiError::new(Code::AuthenticationRequired, "Send an API key in `X-API-Key`.")),
        }
    }
}

/// The `X-Telegram-Auth` header as it is, unchecked, for the login that checks it.
#[derive(Clone, Debug)]
pub struct TelegramAuth(pub Option<String>);

impl FromRequestParts<Arc<App>> for TelegramAuth {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        Ok(Self(parts.headers.get(TELEGRAM).map(|value| visible(value).to_owned())))
    }
}

/// The secret that Telegram repeats with each update; empty where the header is missing.
#[derive(Clone, Debug)]
pub struct TelegramWebhookSecret(pub Secret);

impl FromRequestParts<Arc<App>> for TelegramWebhookSecret {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let secret = parts.headers.get("x-telegram-bot-api-secret-token").map(visible).unwrap_or_default();
        Ok(Self(Secret::new(secret)))
    }
}

/// The ticketing system's signature of a body; empty where the header is missing.
#[derive(Clone, Debug)]
pub struct TicketingSignature(pub String);

impl FromRequestParts<Arc<App>> for TicketingSignature {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        Ok(Self(parts.headers.get("x-ticketing-signature").map(visible).unwrap_or_default().to_owned()))
    }
}
