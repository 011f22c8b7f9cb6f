//! An email verification, and its code, which is stored nowhere.
//!
//! The code is derived from the verification's id with the deployment's signing key, so neither the table, the outbox
//! nor the queue holds it, and the `email` function can still write it into the mail.

use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use super::contact::EmailAddress;
use super::mailbox::{AddressHashes, mailbox_of};
use crate::config::Secret;
use crate::id::UserId;
use crate::text::{InvalidText, checked_text};
use crate::time::Time;

crate::id!(
    /// An email verification.
    VerificationId,
    "ver"
);

/// How long a code is valid, in seconds.
pub const VALID_FOR: i64 = 600;
/// Maximum number of attempts for one verification.
pub const MAX_TRIES: u32 = 5;

/// A user's open verification; a new one replaces it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EmailVerification {
    /// Id, from which the code is derived.
    pub id: VerificationId,
    /// The user.
    pub user_id: UserId,
    /// The address to verify.
    pub email: EmailAddress,
    /// Attempts so far.
    pub tries: u32,
    /// Time of the request.
    pub created_at: Time,
}

/// Code of an email verification, as a user enters it: six digits.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = EmailCode, value_type = String, pattern = "^[0-9]{6}$", examples("428913"))]
pub struct VerificationCode(String);
checked_text!(VerificationCode);

impl FromStr for VerificationCode {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let is_code = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| Self(text.to_owned())).ok_or(InvalidText("must be six digits".into()))
    }
}

/// Makes and checks the codes of verifications: six digits, derived and stored nowhere. It also makes what stands for an
/// address where the address is not stored.
#[derive(Clone, Debug)]
pub struct EmailCodes {
    key: Secret,
}

impl EmailCodes {
    /// Derives codes with this key.
    pub const fn new(signing_key: Secret) -> Self {
        Self { key: signing_key }
    }

    /// The six digits of a verification (truncated as in RFC 4226 section 5.3, over HMAC-SHA256).
    pub fn of(&self, id: VerificationId) -> String {
        let hash = self.hash(&format!("email-code:{id}"));
        if hash.is_empty() {
            return String::new();
        }
        let number = hash.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// The hashes of an address.
    pub fn hashes(&self, address: &EmailAddress) -> AddressHashes {
        let hash = |text: &str| hex::encode(self.hash(&format!("email-address:{text}")));
        AddressHashes { address: hash(address.as_str()), mailbox: hash(&mailbox_of(address)) }
    }

    fn hash(&self, text: &str) -> Vec<u8> {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()) else { return Vec::new() };
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Whether `given` is the code, in time that does not depend on where it differs.
    pub fn is_of(&self, id: VerificationId, given: &str) -> bool {
        let expected = self.of(id);
        !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(given.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn code_is_six_digits_that_depend_on_key_and_verification() {
        let codes = EmailCodes::new(Secret::new("0123456789abcdef0123456789abcdef"));
        let random = Random::seeded(3);
        let ids: Vec<_> = (0..200).map(|n| VerificationId::generate(Time::from_millis(n).unwrap(), &random)).collect();
        let all: std::collections::HashSet<_> = ids.iter().map(|id| codes.of(*id)).collect();
        assert!(all.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(all.len() > 190);
        assert!(codes.is_of(ids[0], &codes.of(ids[0])));
        assert!(!codes.is_of(ids[0], ""));
        let others = EmailCodes::new(Secret::new("another key of at least 32 bytes!"));
        assert_ne!(others.of(ids[0]), codes.of(ids[0]));
    }

    #[test]
    fn hash_depends_on_key_and_address_and_aliases_share_that_of_the_mailbox() {
        let codes = EmailCodes::new(Secret::new("0123456789abcdef0123456789abcdef"));
        let others = EmailCodes::new(Secret::new("another key of at least 32 bytes!"));
        let (plain, alias) = ("asha@example.org".parse().unwrap(), "asha+2@example.org".parse().unwrap());
        assert_eq!(codes.hashes(&plain).mailbox, codes.hashes(&alias).mailbox);
        assert_ne!(codes.hashes(&plain).address, codes.hashes(&alias).address);
        assert_ne!(codes.hashes(&plain), others.hashes(&plain));
        assert!(!format!("{:?}", codes.hashes(&plain)).contains("asha"));
    }
}
