//! Mini App init data: what Telegram signed about the user who opened the app. The Login Widget's data is signed in
//! another way: see [`super::login_widget`].
//!
//! Reading is strict where leniency would give one signed text a second meaning: names in `[a-z0-9_]`, no name twice,
//! no line feed in a value (it would join two of the signed lines). Only `start_param` may have one: it is what somebody
//! wrote into a link, and all that could hide in it is fields without which nobody is logged in.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::time::Time;
use crate::users::telegram_user::TelegramUser;

/// In bytes. API Gateway takes 10,240 for the request line and all headers.
pub(super) const MAX_LENGTH: usize = 8192;
const MAX_AGE_SECONDS: i64 = 24 * 60 * 60;
const MAX_AHEAD_SECONDS: i64 = 60;
/// <https://docs.telegram-mini-apps.com/platform/start-parameter>
const MAX_START_PARAM: usize = 512;
const START_PARAM: &str = "start_param";
/// After the bot's id: 12 characters are 72 bits. BotFather's tokens have 35.
const MIN_TOKEN: usize = 12;

/// Init data that Telegram signed, and that is not too old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitData {
    /// Who opened the app.
    pub user: TelegramUser,
    /// When Telegram made the data.
    pub auth_date: Time,
    /// The `startapp` or `startattach` part of the link that opened the app: 1 to 512 of `A-Za-z0-9_-`. A link can
    /// carry anything, and what is not usable is ignored: a bad link must not keep its reader out.
    pub start_param: Option<String>,
    /// SHA-256 of what Telegram signed, hex. Another spelling of the same data has the same fingerprint.
    pub fingerprint: String,
}

/// Why login data (of a Mini App or of the Login Widget) is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InitDataError {
    /// Telegram cannot have made it. The text says why, and may be shown.
    #[error("The login data {0}. Log in again with Telegram.")]
    Malformed(&'static str),
    /// None of our keys verifies it.
    #[error("The login data is not signed by Telegram for this bot. Log in again with Telegram.")]
    SignatureInvalid,
    /// It is more than 24 hours old.
    #[error("The login data is more than 24 hours old. Log in again with Telegram.")]
    Expired,
    /// It is dated more than 60 seconds ahead.
    #[error("The login data is dated more than 60 seconds in the future. Check the clock of the device.")]
    NotYetValid,
}

/// A key that cannot verify anything, or would verify too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidKey(&'static str);

/// A key that init data is verified with.
#[derive(Clone)]
pub struct Verifier(Key);

#[derive(Clone)]
enum Key {
    BotToken(Hmac<Sha256>),
    ThirdParty { bot_id: i64, key: VerifyingKey },
}

impl Verifier {
    /// Verifies `hash`, the way of the bot's owner
    /// (<https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app>).
    pub fn bot_token(token: &str) -> Result<Self, InvalidKey> {
        let secret = keyed(b"WebAppData")?.chain_update(check_bot_token(token)?).finalize().into_bytes();
        Ok(Self(Key::BotToken(keyed(&secret)?)))
    }

    /// Verifies `signature`, as third parties without the bot's token do
    /// (<https://core.telegram.org/bots/webapps#validating-data-for-third-party-use>). Note that it leaves `hash`
    /// uncovered.
    pub fn third_party(bot_id: i64, public_key_hex: &str) -> Result<Self, InvalidKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(public_key_hex, &mut bytes)
            .map_err(|_| InvalidKey("the public key is not 64 hex digits"))?;
        match VerifyingKey::from_bytes(&bytes) {
            Ok(key) if !key.is_weak() && bot_id > 0 => Ok(Self(Key::ThirdParty { bot_id, key })),
            Ok(key) if !key.is_weak() => Err(InvalidKey("the bot's id is not positive")),
            _ => Err(InvalidKey("the public key is not a key of Ed25519")),
        }
    }

    fn accepts(&self, fields: &BTreeMap<&str, String>, hash: &[u8; 32]) -> bool {
        match &self.0 {
            // `verify_slice` compares in constant time.
            Key::BotToken(key) => key.clone().chain_update(lines(fields, &["hash"])).verify_slice(hash).is_ok(),
            Key::ThirdParty { bot_id, key } => {
                let signature = fields.get("signature").and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
                let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
                let message = format!("{bot_id}:WebAppData\n{}", lines(fields, &["hash", "signature"]));
                signature.is_some_and(|signature| key.verify_strict(message.as_bytes(), &signature).is_ok())
            }
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Key::BotToken(_) => f.write_str("Verifier::BotToken([redacted])"),
            Key::ThirdParty { bot_id, .. } => write!(f, "Verifier::ThirdParty({bot_id})"),
        }
    }
}

/// Reads init data that one of `verifiers` accepts and that is not older than 24 hours.
///
/// The signature is checked before the dates and the dates before the user, so that an error tells nothing about data
/// that Telegram did not sign.
pub fn verify(raw: &str, verifiers: &[Verifier], now: Time) -> Result<InitData, InitDataError> {
    let malformed = InitDataError::Malformed;
    let fields = parse(raw)?;
    let field = |name| fields.get(name).map(String::as_str);
    let hash = field("hash").and_then(digest).ok_or(malformed("lacks a `hash` of 64 hex digits"))?;
    let seconds = field("auth_date").and_then(|text| text.parse().ok()).ok_or(malformed("lacks an `auth_date`"))?;

    if !verifiers.iter().any(|verifier| verifier.accepts(&fields, &hash)) {
        return Err(InitDataError::SignatureInvalid);
    }
    let auth_date = dated(seconds, now)?;
    let user = TelegramUser::from_json(field("user").ok_or(malformed("lacks a `user`"))?).map_err(malformed)?;
    let usable = |text: &&str| (1..=MAX_START_PARAM).contains(&text.len()) && text.bytes().all(is_url_safe);
    let start_param = field(START_PARAM).filter(usable).map(str::to_owned);
    let fingerprint = hex::encode(Sha256::digest(lines(&fields, &["hash", "signature"])));
    Ok(InitData { user, auth_date, start_param, fingerprint })
}

/// The time `auth_date` names, if login data of that time is good `now`.
pub(super) fn dated(seconds: i64, now: Time) -> Result<Time, InitDataError> {
    let time = seconds.checked_mul(1000).and_then(Time::from_millis);
    match time.ok_or(InitDataError::Malformed("has an `auth_date` out of range"))? {
        time if time < now.plus_seconds(-MAX_AGE_SECONDS) => Err(InitDataError::Expired),
        time if time > now.plus_seconds(MAX_AHEAD_SECONDS) => Err(InitDataError::NotYetValid),
        time => Ok(time),
    }
}

/// The bytes of a token that looks like BotFather's (`<bot id>:<secret>`). An empty one would let anybody sign.
pub(super) fn check_bot_token(token: &str) -> Result<&[u8], InvalidKey> {
    let safe = |secret: &str| secret.len() >= MIN_TOKEN && secret.bytes().all(is_url_safe);
    match token.split_once(':') {
        Some((id, secret)) if id.parse::<u64>().is_ok() && safe(secret) => Ok(token.as_bytes()),
        _ => Err(InvalidKey("a bot token looks like `<bot id>:<at least 12 of A-Z, a-z, 0-9, _ and ->`")),
    }
}

/// The bytes of 64 hex digits in lower case, which is the one spelling Telegram uses.
pub(super) fn digest(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    (!text.bytes().any(|byte| byte.is_ascii_uppercase())).then_some(bytes)
}

/// Whether a name of a field is safe to put in front of `=` in a signed line.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// HMAC-SHA256 with this key; never fails, since HMAC takes keys of any length.
pub(super) fn keyed(key: &[u8]) -> Result<Hmac<Sha256>, InvalidKey> {
    Hmac::new_from_slice(key).map_err(|_| InvalidKey("not a key of HMAC"))
}

fn parse(raw: &str) -> Result<BTreeMap<&str, String>, InitDataError> {
    let malformed = InitDataError::Malformed;
    match raw.len() {
        0 => return Err(malformed("is empty")),
        1..=MAX_LENGTH => {}
        _ => return Err(malformed("is longer than 8192 bytes")),
    }
    let mut fields = BTreeMap::new();
    for pair in raw.split('&') {
        let (name, value) =
            pair.split_once('=').filter(|(name, _)| is_name(name)).ok_or(malformed("is not a query string"))?;
        let joins = |text: &String| text.contains('\n') && name != START_PARAM;
        let value = decode(value).filter(|text| !joins(text));
        let value = value.ok_or(malformed("is not encoded as Telegram encodes it"))?;
        if fields.insert(name, value).is_some() {
            return Err(malformed("names a field twice"));
        }
    }
    Ok(fields)
}

/// Undoes percent-encoding, whose digits may have either case (RFC 3986, section 2.1). `+` is a space: Telegram's own
/// `telegram-web-app.js` reads it so.
fn decode(value: &str) -> Option<String> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => (digit(rest.next()?)? << 4) | digit(rest.next()?)?,
            b'!'..=b'~' => byte,
            _ => return None,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The signed text: `name=value` lines in the order of the names.
fn lines(fields: &BTreeMap<&str, String>, without: &[&str]) -> String {
    let signed = fields.iter().filter(|(name, _)| !without.contains(name));
    signed.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
