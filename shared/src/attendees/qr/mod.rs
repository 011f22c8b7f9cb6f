//! The QR code of a ticket: a signed text that an offline scanner can check, short enough for a small QR code.
//!
//! `IBW1.` and, in base64url without padding, these bytes, whose numbers are big-endian:
//!
//! | bytes | what |
//! | --- | --- |
//! | 2 | id of the key that signed: the first bytes of SHA-256 of the public key |
//! | 4 | the second, since 1970, from which on the ticket is no longer valid; 0 for never |
//! | 6 | the conference: the first bytes of SHA-256 of its slug |
//! | 4 | the ticket's type: the first bytes of SHA-256 of its name |
//! | 1 to 64 | the ticket's code, UTF-8 |
//! | 64 | Ed25519 (RFC 8032) of `IBW1.` and all bytes before |
//!
//! Conference and type are digests, so that the text has at most 197 characters. A scanner knows the conference and the
//! types that it lets in, and compares. The signature proves that the ticket was issued. Only the server and a snapshot
//! know whether it was cancelled or used since.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::config::{Env, Secret};
use crate::text::Slug;
use crate::time::Time;

/// Prefix of each text. The digit is the version of the format.
const PREFIX: &str = "IBW1.";
/// Most bytes of a ticket code.
const MAX_CODE: usize = 64;
/// Most characters of the text.
const MAX_TEXT: usize = 197;

/// Content of a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketQr {
    valid_until: u32,
    conference: [u8; 6],
    ticket_type: [u8; 4],
    code: String,
}

impl TicketQr {
    /// Of a ticket; `None` when its code is not 1 to 64 bytes long.
    pub fn new(conference: &Slug, code: &str, ticket_type: &str, valid_until: Option<Time>) -> Option<Self> {
        let second = |time: Time| u32::try_from(time.seconds().max(1)).unwrap_or(u32::MAX);
        (1..=MAX_CODE).contains(&code.len()).then(|| Self {
            valid_until: valid_until.map_or(0, second),
            conference: digest(conference.as_str()),
            ticket_type: digest(ticket_type),
            code: code.to_owned(),
        })
    }

    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether it is of this conference.
    pub fn is_of(&self, conference: &Slug) -> bool {
        self.conference == digest(conference.as_str())
    }

    fn bytes(&self, key: [u8; 2]) -> Vec<u8> {
        let parts: [&[u8]; 5] =
            [&key, &self.valid_until.to_be_bytes(), &self.conference, &self.ticket_type, self.code.as_bytes()];
        parts.concat()
    }

    /// The id of a key, and what was signed with it.
    fn read(bytes: &[u8]) -> Option<([u8; 2], Self)> {
        let (key, rest) = bytes.split_first_chunk::<2>()?;
        let (valid_until, rest) = rest.split_first_chunk::<4>()?;
        let (conference, rest) = rest.split_first_chunk::<6>()?;
        let (ticket_type, code) = rest.split_first_chunk::<4>()?;
        let code = std::str::from_utf8(code).ok().filter(|code| !code.is_empty())?;
        let (valid_until, code) = (u32::from_be_bytes(*valid_until), code.to_owned());
        Some((*key, Self { valid_until, conference: *conference, ticket_type: *ticket_type, code }))
    }
}

/// Whether a text is the text of a QR code, and not a ticket code that people type.
pub fn looks_signed(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// Public key that verifies QR codes of tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketKey {
    /// Id of the key in QR codes: 4 hex digits.
    #[schema(examples("9f3a"))]
    pub id: String,
    /// Algorithm of the signature: `Ed25519`.
    #[schema(examples("Ed25519"))]
    pub algorithm: &'static str,
    /// 32 bytes of the public key in base64url, without padding.
    pub public_key: String,
}

/// The keys of tickets: the current one, and the retired one, whose tickets are still in use.
#[derive(Clone, Debug, Default)]
pub struct TicketKeys {
    signing: Option<SigningKey>,
    verifying: Vec<VerifyingKey>,
}

impl TicketKeys {
    /// Reads `TICKET_SIGNING_KEY` and `TICKET_RETIRED_KEY`. Without the signing key, tickets have no QR codes.
    pub fn read(env: &mut Env) -> Self {
        let (mut signing, mut verifying) = (None, Vec::new());
        if let Some(seed) = env.optional::<Secret>("TICKET_SIGNING_KEY") {
            match bytes_of(seed.expose()) {
                Some(seed) => signing = Some(SigningKey::from_bytes(&seed)),
                None => env.problem("TICKET_SIGNING_KEY", "must be 32 bytes in hex"),
            }
        }
        verifying.extend(signing.as_ref().map(SigningKey::verifying_key));
        if let Some(retired) = env.optional::<String>("TICKET_RETIRED_KEY") {
            let key = bytes_of(&retired).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
            match key.filter(|key| !key.is_weak()) {
                Some(key) if verifying.iter().all(|other| id(other) != id(&key)) => verifying.push(key),
                Some(_) => env.problem("TICKET_RETIRED_KEY", "has the id of the key that signs now"),
                None => env.problem("TICKET_RETIRED_KEY", "must be an Ed25519 public key, 32 bytes in hex"),
            }
        }
        Self { signing, verifying }
    }

    /// The public keys, the current one first.
    pub fn public(&self) -> Vec<TicketKey> {
        let shown = |key: &VerifyingKey| TicketKey {
            id: hex::encode(id(key)),
            algorithm: "Ed25519",
            public_key: URL_SAFE_NO_PAD.encode(key.as_bytes()),
        };
        self.verifying.iter().map(shown).collect()
    }

    /// The text for a ticket; `None` without a signing key.
    pub fn sign(&self, ticket: &TicketQr) -> Option<String> {
        let key = self.signing.as_ref()?;
        let mut bytes = ticket.bytes(id(&key.verifying_key()));
        let signature = key.sign(&[PREFIX.as_bytes(), &bytes].concat());
        bytes.extend(signature.to_bytes());
        Some(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The content of a text, if one of the keys signed it.
    pub fn verify(&self, text: &str) -> Option<TicketQr> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (body, signature) = bytes.split_last_chunk::<64>()?;
        let (key_id, ticket) = TicketQr::read(body)?;
        let key = self.verifying.iter().find(|key| id(key) == key_id)?;
        let signed = [PREFIX.as_bytes(), body].concat();
        key.verify_strict(&signed, &Signature::from_bytes(signature)).ok().map(|()| ticket)
    }
}

fn bytes_of(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}

fn id(key: &VerifyingKey) -> [u8; 2] {
    first(Sha256::digest(key.as_bytes()).into())
}

fn digest<const N: usize>(name: &str) -> [u8; N] {
    first(Sha256::digest(name).into())
}

fn first<const N: usize>(hash: [u8; 32]) -> [u8; N] {
    hash.first_chunk().copied().unwrap_or([0; N])
}

#[cfg(test)]
mod tests;
