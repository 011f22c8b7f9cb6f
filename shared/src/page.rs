//! Lists in pages: what a page looks like, and encrypted cursors that only work for the query and caller they were
//! given to.
//!
//! The HTTP edge holds the key and makes a [`PageRequest`]. A service asks it for the position to continue after, and
//! has it make the page with the next cursor, so no service knows the key.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use thiserror::Error;
use utoipa::ToSchema;

use crate::config::Secret;
use crate::error::{ApiError, Code};
use crate::random::Random;

/// Items of a page by default.
pub const DEFAULT_LIMIT: usize = 20;
/// Maximum number of items of a page.
pub const MAX_LIMIT: usize = 100;

/// Page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// Items in the order of the list.
    pub items: Vec<T>,
    /// Send it as `cursor` to get the next page. `null` on the last page.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The last page.
    pub const fn last(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// The page with each item turned into what the API shows.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(show).collect(), next_cursor: self.next_cursor }
    }
}

/// The cursor was made for another list, other filters or another caller, or was altered.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("The cursor does not belong to this list and these filters. Request the first page without `cursor`.")]
pub struct InvalidCursor;

impl From<InvalidCursor> for ApiError {
    fn from(error: InvalidCursor) -> Self {
        Self::new(Code::INVALID_CURSOR, error.to_string())
            .detail("cursor", "must be the `next_cursor` of a page of this list, with the same filters")
    }
}

/// The page of a list that a request asks for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// 1 to [`MAX_LIMIT`].
    pub limit: usize,
    cursor: Option<String>,
    cursors: Cursors,
}

impl PageRequest {
    /// The page of at most `limit` items that `cursor` leads to; the first one without it.
    pub const fn new(limit: usize, cursor: Option<String>, cursors: Cursors) -> Self {
        Self { limit, cursor, cursors }
    }

    /// The position to continue after in the list that `context` (query and caller) names; `None` at its beginning.
    pub fn after<P: DeserializeOwned>(&self, context: &[impl AsRef<str>]) -> Result<Option<P>, InvalidCursor> {
        self.cursor.as_deref().map(|cursor| self.cursors.read(context, cursor)).transpose()
    }

    /// The page of that list. The next one begins after `last`; `None` at the list's end.
    pub fn page<T, P: Serialize>(&self, context: &[impl AsRef<str>], items: Vec<T>, last: Option<P>) -> Page<T> {
        Page { items, next_cursor: last.and_then(|position| self.cursors.write(context, &position)) }
    }
}

/// Bytes of a nonce (RFC 8452 section 4).
const NONCE: usize = 12;
/// A position is padded to a multiple of so many bytes, as its length may tell a name's.
const BLOCK: usize = 32;

/// Makes and reads cursors: `nonce || AES-256-GCM-SIV(position)` in base64url, with query and caller as associated
/// data. The SIV mode (RFC 8452) keeps positions secret even if a nonce repeats.
#[derive(Clone, Debug)]
pub struct Cursors {
    key: Secret,
    random: Random,
}

impl Cursors {
    /// Encrypts with a key derived from `signing_key`.
    pub const fn new(signing_key: Secret, random: Random) -> Self {
        Self { key: signing_key, random }
    }

    /// The cipher. Its key is derived for this one purpose, as the signing key has others.
    fn cipher(&self) -> Option<LessSafeKey> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()).ok()?;
        mac.update(b"cursor encryption");
        let key = UnboundKey::new(&AES_256_GCM_SIV, &mac.finalize().into_bytes()).ok()?;
        Some(LessSafeKey::new(key))
    }

    /// The cursor for `position` in the list that `context` names.
    pub fn write<P: Serialize>(&self, context: &[impl AsRef<str>], position: &P) -> Option<String> {
        let mut sealed = serde_json::to_vec(position).ok()?;
        // White space after a JSON value means nothing.
        sealed.resize(sealed.len().next_multiple_of(BLOCK), b' ');
        let nonce = self.random.bytes::<NONCE>();
        let associated = Aad::from(associated(context));
        self.cipher()?.seal_in_place_append_tag(Nonce::from(&nonce), associated, &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// The position that [`Cursors::write`] was given, for the same context.
    pub fn read<P: DeserializeOwned>(&self, context: &[impl AsRef<str>], cursor: &str) -> Result<P, InvalidCursor> {
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| InvalidCursor)?;
        let (nonce, sealed) = bytes.split_first_chunk_mut::<NONCE>().ok_or(InvalidCursor)?;
        let cipher = self.cipher().ok_or(InvalidCursor)?;
        let associated = Aad::from(associated(context));
        let opened = cipher.open_in_place(Nonce::from(&*nonce), associated, sealed).map_err(|_| InvalidCursor)?;
        serde_json::from_slice(opened).map_err(|_| InvalidCursor)
    }
}

/// The parts, each with its length, so that no two contexts are the same bytes.
fn associated(context: &[impl AsRef<str>]) -> Vec<u8> {
    let parts = context.iter().map(AsRef::as_ref);
    parts.flat_map(|part| [&(part.len() as u64).to_be_bytes(), part.as_bytes()].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cursors() -> Cursors {
        Cursors::new(Secret::new("0123456789abcdef0123456789abcdef"), Random::System)
    }

    #[test]
    fn cursor_of_another_query_or_caller_is_refused() {
        let cursor = cursors().write(&["users?q=a", "usr_1"], &"position").unwrap();
        assert_eq!(cursors().read::<String>(&["users?q=a", "usr_1"], &cursor).unwrap(), "position");
        for context in [["users?q=b", "usr_1"], ["users?q=a", "usr_2"], ["users?q=au", "sr_1"]] {
            assert_eq!(cursors().read::<String>(&context, &cursor), Err(InvalidCursor));
        }
    }

    #[test]
    fn cursor_of_another_key_is_refused() {
        let cursor = cursors().write(&["list"], &42).unwrap();
        let others = Cursors::new(Secret::new("fedcba9876543210fedcba9876543210"), Random::System);
        assert_eq!(others.read::<i32>(&["list"], &cursor), Err(InvalidCursor));
    }

    #[test]
    fn cursor_with_any_bit_flipped_is_refused() {
        let cursor = cursors().write(&["list"], &42).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(cursors().read::<i32>(&["list"], &URL_SAFE_NO_PAD.encode(altered)).is_err());
        }
    }

    #[test]
    fn cursor_tells_neither_position_nor_its_length() {
        let long = cursors().write(&["list"], &"a name of twenty").unwrap();
        let short = cursors().write(&["list"], &"bo").unwrap();
        assert_eq!(long.len(), short.len());
        let bytes = URL_SAFE_NO_PAD.decode(&long).unwrap();
        assert!(!bytes.windows(4).any(|window| b"a name of twenty".windows(4).any(|part| part == window)));
    }

    proptest! {
        #[test]
        fn cursor_of_any_text_never_panics(text: String) {
            prop_assert!(cursors().read::<String>(&["list"], &text).is_err());
        }
    }
}
