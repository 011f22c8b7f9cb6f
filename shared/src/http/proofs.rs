//! Headers that prove who is calling, unchecked: of logins and webhooks, whose handlers check them.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::principal::{TELEGRAM, visible};
use crate::app::App;
use crate::config::Secret;
use crate::error::ApiError;

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
