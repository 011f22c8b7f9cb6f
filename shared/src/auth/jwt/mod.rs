//! Our own JSON Web Tokens (RFC 7519), by the best practices of RFC 8725: one algorithm, keys named by `kid`, and an
//! audience of its own for each kind of token, so that none passes for another (section 3.12).

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::SessionId;
use crate::time::Time;

/// In bytes. Ours have about 500; more is not worth decoding.
const MAX_LENGTH: usize = 4096;
/// RFC 7518, section 3.2: a key of HS256 has at least as many bits as its hash.
const MIN_SECRET: usize = 32;
/// How far the clocks of two instances may be apart.
const LEEWAY_SECONDS: i64 = 5;

/// A kind of token: its claims beside the common ones.
pub trait Kind: Serialize + DeserializeOwned {
    /// The `aud` of this kind, and of no other.
    const AUDIENCE: &'static str;
}

/// Access token: identifies the caller of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Whether the user had grants when the token was made: then their grants are read. The rights are never in the
    /// token.
    #[serde(default)]
    pub staff: bool,
    /// The session the token came from.
    pub sid: SessionId,
}

/// Refresh token: exchanged once for new tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// The session the token keeps alive.
    pub sid: SessionId,
    /// Number of refreshes of the session: an old number means that the token was copied.
    #[serde(rename = "gen")]
    pub generation: u64,
}

/// Admin token: stands for an API key for a short time. The key's scopes are read from the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admin {}

impl Kind for Access {
    const AUDIENCE: &'static str = "ibw-api";
}

impl Kind for Refresh {
    const AUDIENCE: &'static str = "ibw-refresh";
}

impl Kind for Admin {
    const AUDIENCE: &'static str = "ibw-admin";
}

/// All claims of a token. Times are in seconds since 1970 (RFC 7519, section 2, NumericDate).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims<T> {
    /// Who made the token.
    pub iss: String,
    /// Which kind of token it is.
    pub aud: String,
    /// User or API key that it stands for.
    pub sub: String,
    /// Expiry time.
    pub exp: i64,
    /// Start of its validity.
    pub nbf: i64,
    /// When it was made.
    pub iat: i64,
    /// Unique name of the token.
    pub jti: String,
    /// Claims of this kind of token.
    #[serde(flatten)]
    pub body: T,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JwtError {
    /// It was not signed by us, is of another kind, or is not valid yet.
    #[error("The token is invalid. Log in again.")]
    Invalid,
    /// It has expired.
    #[error("The token has expired. Refresh it, or log in again.")]
    Expired,
}

/// Secrets that cannot sign tokens safely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidSecrets(&'static str);

/// The secrets that sign and verify tokens.
#[derive(Clone, Debug)]
pub struct Keys {
    issuer: String,
    signing: (Header, EncodingKey),
    /// Each key with the only header that a token of it may have: so no algorithm, no extension (`crit`, `jku`, `jwk`)
    /// and no type is ever chosen by the token (RFC 8725, sections 3.1 and 3.10).
    verifying: Vec<(Header, DecodingKey)>,
}

impl Keys {
    /// Takes one or two pairs of `kid` and secret, for rotation: the first signs, all verify.
    pub fn new(secrets: &[(&str, &[u8])], issuer: &str) -> Result<Self, InvalidSecrets> {
        let (first, second) = match secrets {
            [first] => (first, None),
            [first, second] => (first, Some(second)),
            _ => return Err(InvalidSecrets("there must be one secret or two")),
        };
        if secrets.iter().any(|(kid, _)| kid.is_empty()) || second.is_some_and(|second| second.0 == first.0) {
            return Err(InvalidSecrets("each secret needs a name of its own"));
        }
        if secrets.iter().any(|(_, secret)| secret.len() < MIN_SECRET) {
            return Err(InvalidSecrets("each secret needs at least 32 bytes"));
        }
        let header = |kid: &str| Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
        Ok(Self {
            issuer: issuer.to_owned(),
            signing: (header(first.0), EncodingKey::from_secret(first.1)),
            verifying: secrets.iter().map(|(kid, secret)| (header(kid), DecodingKey::from_secret(secret))).collect(),
        })
    }

    /// Creates a token for `sub`, valid from `now` on for `seconds`.
    pub fn sign<T: Kind>(
        &self,
        sub: &str,
        jti: &str,
        body: T,
        now: Time,
        seconds: i64,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: T::AUDIENCE.to_owned(),
            sub: sub.to_owned(),
            exp: now.plus_seconds(seconds).seconds(),
            nbf: now.seconds(),
            iat: now.seconds(),
            jti: jti.to_owned(),
            body,
        };
        encode(&self.signing.0, &claims, &self.signing.1)
    }

    /// The claims of a token, if we signed it and it is of this kind and valid `now`.
    pub fn verify<T: Kind>(&self, token: &str, now: Time) -> Result<Claims<T>, JwtError> {
        if token.len() > MAX_LENGTH {
            return Err(JwtError::Invalid);
        }
        let header = decode_header(token).map_err(|_| JwtError::Invalid)?;
        let (_, key) = self.verifying.iter().find(|(expected, _)| *expected == header).ok_or(JwtError::Invalid)?;
        let claims = decode::<Claims<T>>(token, key, &self.validation::<T>()).map_err(|_| JwtError::Invalid)?.claims;
        let now = now.seconds();
        if claims.nbf > now + LEEWAY_SECONDS {
            return Err(JwtError::Invalid);
        }
        // RFC 7519, section 4.1.4: a token is refused on its `exp`, not only after it.
        if claims.exp <= now - LEEWAY_SECONDS { Err(JwtError::Expired) } else { Ok(claims) }
    }

    /// What the library checks. The type of the claims ensures that each claim is present and not a list.
    fn validation<T: Kind>(&self) -> Validation {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[T::AUDIENCE]);
        // By the app's clock, in `verify`.
        validation.validate_exp = false;
        validation
    }
}

#[cfg(test)]
mod tests;
