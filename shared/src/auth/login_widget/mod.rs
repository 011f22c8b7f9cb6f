//! The Login Widget's data: what Telegram signed about a user who logged in on a web page, outside the Mini App.
//!
//! <https://core.telegram.org/widgets/login-legacy#checking-authorization>. The key is SHA-256 of the bot's token; init
//! data has another key, so that neither passes for the other.

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, Mac};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::init_data::{InitDataError, InvalidKey, MAX_LENGTH, check_bot_token, dated, digest, is_name, keyed};
use crate::time::Time;
use crate::users::telegram_user::TelegramUser;

/// Data of a login with the Telegram Login Widget, unchanged. All members are signed, including those that are not
/// listed here. Numbers may be texts, as in the address that the widget redirects to.
#[derive(Clone, Deserialize, ToSchema)]
#[schema(title = "LoginWidget")]
pub struct LoginWidget {
    /// Telegram user id.
    #[serde(deserialize_with = "number")]
    #[schema(value_type = Signed)]
    pub id: i64,
    /// First name on Telegram.
    #[schema(max_length = 64, examples("Asha"))]
    pub first_name: String,
    /// Last name on Telegram.
    #[schema(max_length = 64)]
    pub last_name: Option<String>,
    /// Telegram username without `@`.
    #[schema(max_length = 32)]
    pub username: Option<String>,
    /// URL of the Telegram profile photo.
    #[schema(max_length = 2048)]
    pub photo_url: Option<String>,
    /// Time of the login in seconds since 1970.
    #[serde(deserialize_with = "number")]
    #[schema(value_type = Signed)]
    pub auth_date: i64,
    /// Signature by Telegram: HMAC-SHA256 in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub hash: String,
    /// Other members that Telegram sends, by name. They are part of the signature.
    #[serde(flatten)]
    pub other: BTreeMap<String, Signed>,
}

/// Value of a member of the Login Widget's data.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = LoginWidgetValue)]
pub enum Signed {
    /// Number. It is signed in decimal digits.
    #[schema(title = "LoginWidgetNumber")]
    Number(i64),
    /// Text. It is signed unchanged.
    #[schema(title = "LoginWidgetText")]
    Text(String),
}

/// A number, or its text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    match Signed::deserialize(deserializer).map_err(|_| D::Error::custom("must be a number"))? {
        Signed::Number(number) => Ok(number),
        Signed::Text(text) => text.parse().map_err(|_| D::Error::custom("must be a number")),
    }
}

impl fmt::Debug for LoginWidget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LoginWidget([redacted])")
    }
}

/// A key that the Login Widget's data is verified with.
#[derive(Clone)]
pub struct WidgetKey(Hmac<Sha256>);

impl WidgetKey {
    /// The key of the bot with this token.
    pub fn bot_token(token: &str) -> Result<Self, InvalidKey> {
        keyed(&Sha256::digest(check_bot_token(token)?)).map(Self)
    }
}

impl fmt::Debug for WidgetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WidgetKey([redacted])")
    }
}

/// The user, and when they logged in, if one of `keys` accepts the data and it is not older than 24 hours.
pub fn verify(widget: &LoginWidget, keys: &[WidgetKey], now: Time) -> Result<(TelegramUser, Time), InitDataError> {
    let hash = digest(&widget.hash).ok_or(InitDataError::Malformed("lacks a `hash` of 64 hex digits"))?;
    let text = lines(widget)?;
    // `verify_slice` compares in constant time.
    if !keys.iter().any(|key| key.0.clone().chain_update(&text).verify_slice(&hash).is_ok()) {
        return Err(InitDataError::SignatureInvalid);
    }
    let auth_date = dated(widget.auth_date, now)?;
    let user = TelegramUser {
        id: widget.id,
        first_name: widget.first_name.clone(),
        last_name: widget.last_name.clone(),
        username: widget.username.clone(),
        photo_url: widget.photo_url.clone(),
        language_code: None,
        is_premium: false,
        allows_write_to_pm: false,
    };
    Ok((user.checked().map_err(InitDataError::Malformed)?, auth_date))
}

/// The signed text: `name=value` lines of all fields but `hash`, in the order of the names.
fn lines(widget: &LoginWidget) -> Result<String, InitDataError> {
    let mut fields = BTreeMap::from([
        ("id", widget.id.to_string()),
        ("first_name", widget.first_name.clone()),
        ("auth_date", widget.auth_date.to_string()),
    ]);
    let optional = [("last_name", &widget.last_name), ("username", &widget.username), ("photo_url", &widget.photo_url)];
    fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    for (name, value) in &widget.other {
        let value = match value {
            Signed::Number(number) => number.to_string(),
            Signed::Text(text) => text.clone(),
        };
        fields.insert(name, value);
    }
    // A line feed in a value, or more than a name in a name, would let one signed text stand for other fields.
    if fields.iter().any(|(name, value)| !is_name(name) || value.contains('\n')) {
        return Err(InitDataError::Malformed("has a field that Telegram would not send"));
    }
    let text = fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n");
    if text.len() > MAX_LENGTH { Err(InitDataError::Malformed("is longer than 8192 bytes")) } else { Ok(text) }
}

#[cfg(test)]
mod tests;
