//! What Telegram's answers mean. Its errors are an HTTP status with a description for people, of which some cannot be
//! told apart otherwise (<https://core.telegram.org/bots/api#making-requests>).

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::TelegramError;

/// Of a 400, what says that there is nobody to write to. Telegram's own words, in lower case.
const NOBODY: [&str; 6] = [
    "chat not found",
    "user not found",
    "member not found",
    "peer_id_invalid",
    "participant_id_invalid",
    "deactivated",
];

#[derive(Deserialize)]
struct Answer<T> {
    ok: bool,
    result: Option<T>,
}

#[derive(Default, Deserialize)]
struct Failure {
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
    retry_after: Option<u64>,
}

/// Reads an answer. What is not JSON is judged by its status.
pub(super) fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, TelegramError> {
    if (200..300).contains(&status)
        && let Ok(Answer { ok: true, result: Some(result) }) = serde_json::from_slice(body)
    {
        return Ok(result);
    }
    let failure: Failure = serde_json::from_slice(body).unwrap_or_default();
    Err(match failure.error_code.unwrap_or(status) {
        429 => {
            let seconds = failure.parameters.and_then(|parameters| parameters.retry_after).unwrap_or(1);
            TelegramError::RateLimited { retry_after: Duration::from_secs(seconds) }
        }
        401 | 404 => TelegramError::Unauthorized,
        403 => TelegramError::Blocked,
        code @ 400..500 => refused(code, &failure),
        // A redirect is nothing of Telegram's: something stands in between.
        300..400 => TelegramError::Unavailable("redirect"),
        500.. => TelegramError::Unavailable("status"),
        _ => TelegramError::Unconfirmed,
    })
}

fn refused(code: u16, failure: &Failure) -> TelegramError {
    let description = failure.description.as_deref().unwrap_or_default().to_ascii_lowercase();
    match failure.parameters.as_ref().and_then(|parameters| parameters.migrate_to_chat_id) {
        Some(to) => TelegramError::Migrated { to },
        None if NOBODY.iter().any(|words| description.contains(words)) => TelegramError::ChatNotFound,
        None => TelegramError::Rejected(code),
    }
}

/// A call without an answer: certainly not sent if there was no connection, nor if there was no request.
pub(super) fn unanswered(error: &reqwest::Error) -> TelegramError {
    match error {
        error if error.is_connect() => TelegramError::Unavailable("connection"),
        error if error.is_builder() => TelegramError::Unavailable("request"),
        _ => TelegramError::Unconfirmed,
    }
}
