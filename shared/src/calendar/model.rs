//! The token that a calendar's address has in place of a login.

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

/// 256 random bits. Whoever knows it reads the calendar, so it is shown once, and neither stored nor logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A token that nobody can guess.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// The token for the address it is part of.
    pub fn reveal(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex::encode(Sha256::digest(self.0)))
    }
}

impl FromStr for Token {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| InvalidText("must be a calendar's token".into()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a token. The token is random throughout, so nothing slower is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose calendar a token opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The token.
    pub hash: TokenHash,
    /// Whose calendar.
    pub user_id: UserId,
}

/// Which token a user's calendar has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Whose calendar.
    pub user_id: UserId,
    /// The token.
    pub hash: TokenHash,
    /// When it was made.
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
