//! One-time codes: six digits that are derived from the id of what they prove, and stored nowhere.
//!
//! The key is the deployment's signing key. So neither a table nor a queue of ids can tell a code, and a worker that has
//! the key can still write it.

use std::fmt::Display;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use crate::config::Secret;
use crate::dynamo::{self, Entity, Expression, Key, Table};
use crate::text::{InvalidText, checked_text};
use crate::time::Time;

/// How long a code is valid, in seconds.
pub const VALID_FOR: i64 = 600;
/// Maximum number of attempts for one code.
pub const MAX_TRIES: u32 = 5;

/// Counts an attempt at the code of the entity at `key`, which has a number `tries`; `None` when it has expired or no
/// attempt is left. Attempts count before a code is looked at, so that concurrent guesses cannot exceed the limit.
pub async fn count_try<T: Entity>(table: &Table, key: &Key, now: Time) -> Result<Option<T>, dynamo::Error> {
    let update = Expression::new("ADD tries :one").number(":one", 1);
    let open = Expression::new("tries < :max AND expires_at > :now");
    let open = open.number(":max", MAX_TRIES).number(":now", now.seconds());
    dynamo::if_held(table.update(key, &update, &open).await)
}

/// A one-time code, as a user enters it: six digits.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{6}$", examples("428913"))]
pub struct OneTimeCode(String);
checked_text!(OneTimeCode);

impl FromStr for OneTimeCode {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let is_code = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| Self(text.to_owned())).ok_or(InvalidText("must be six digits".into()))
    }
}

/// Makes and checks the codes of one purpose.
#[derive(Clone, Debug)]
pub struct OneTimeCodes {
    key: Secret,
    purpose: &'static str,
}

impl OneTimeCodes {
    /// The codes of email verifications.
    pub const fn of_emails(signing_key: Secret) -> Self {
        Self { key: signing_key, purpose: "email-code" }
    }

    /// The codes that the bot sends, by which a user confirms who they are.
    pub const fn of_confirmations(signing_key: Secret) -> Self {
        Self { key: signing_key, purpose: "confirmation-code" }
    }

    /// The six digits for an id (truncated as in RFC 4226 section 5.3, over HMAC-SHA256).
    pub fn of(&self, id: impl Display) -> String {
        let hash = self.hash(&format!("{}:{id}", self.purpose));
        if hash.is_empty() {
            return String::new();
        }
        let number = hash.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// What stands for a text, such as an email address, where the text itself is not stored; hex.
    pub fn stand_in(&self, text: &str) -> String {
        hex::encode(self.hash(text))
    }

    fn hash(&self, text: &str) -> Vec<u8> {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()) else { return Vec::new() };
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Whether `given` is the code, in time that does not depend on where it differs.
    pub fn is_of(&self, id: impl Display, given: &str) -> bool {
        let expected = self.of(id);
        !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(given.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_six_digits_that_depend_on_key_purpose_and_id() {
        let key = || Secret::new("0123456789abcdef0123456789abcdef");
        let codes = OneTimeCodes::of_emails(key());
        let all: std::collections::HashSet<_> = (0..200).map(|id| codes.of(id)).collect();
        assert!(all.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(all.len() > 190);
        assert!(codes.is_of(7, &codes.of(7)));
        assert!(!codes.is_of(7, ""));
        let others = OneTimeCodes::of_emails(Secret::new("another key of at least 32 bytes!"));
        assert_ne!(others.of(7), codes.of(7));
        assert_ne!(OneTimeCodes::of_confirmations(key()).of(7), codes.of(7));
    }
}
