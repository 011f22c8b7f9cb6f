//! The token in the URL of a calendar, which replaces a login.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::UserId;
use crate::random::Random;
use crate::text::InvalidText;
use crate::time::Time;

/// 256 random bits. Anyone who knows the token can read the calendar, so it is shown once, and neither stored nor
/// logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A new random token.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// The text of the token, for the URL of the calendar.
    pub fn reveal(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The hash, which is stored in place of the token.
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex::encode(Sha256::digest(self.0)))
    }
}

impl FromStr for Token {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| InvalidText("must be a calendar token".into()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a token. A random token cannot be guessed, so a slower hash is not needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The user whose calendar a token opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Hash of the token.
    pub hash: TokenHash,
    /// Id of the user.
    pub user_id: UserId,
    /// Time at which the token was created. `None` in items of earlier versions.
    #[serde(default)]
    pub created_at: Option<Time>,
}

/// The current token of a user's calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Id of the user.
    pub user_id: UserId,
    /// Hash of the token.
    pub hash: TokenHash,
    /// Time at which the token was created.
    pub created_at: Time,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_reads_back_what_it_shows_and_hides_itself() {
        let token = Token::generate(&Random::seeded(1));
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(token.reveal().parse::<Token>(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(…)");
        for bad in ["", "short", &token.reveal()[..42], &format!("{}A", token.reveal()), &"=".repeat(43)] {
            assert!(bad.parse::<Token>().is_err(), "{bad}");
        }
    }
}
