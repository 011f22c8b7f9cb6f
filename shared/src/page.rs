//! Lists in pages: what a page looks like, and cursors that only work for the query and caller they were given to.

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

/// Items of a page when the request does not say.
pub const DEFAULT_LIMIT: usize = 20;
/// Most items of a page.
pub const MAX_LIMIT: usize = 100;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Pass it as `cursor` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// What a request says about the page it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// A cursor that was not made for this query and caller.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("The cursor is not of this list. Start from the first page.")]
pub struct InvalidCursor;

impl From<InvalidCursor> for ApiError {
    fn from(error: InvalidCursor) -> Self {
        Self::new(Code::InvalidCursor, error.to_string()).detail("cursor", "is not of this list")
    }
}

/// Bytes of the signature kept: 128 bits (RFC 2104 section 5 allows half of the hash).
const TAG: usize = 16;

/// Makes and reads cursors. A cursor is `position || tag` in base64url; the tag covers the position, the query and the caller.
#[derive(Clone, Debug)]
pub struct Cursors {
    key: Secret,
}

impl Cursors {
    /// Signs with this key.
    pub fn new(key: Secret) -> Self {
        Self { key }
    }

    fn tag(&self, context: &[impl AsRef<str>], position: &[u8]) -> Option<[u8; TAG]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()).ok()?;
        mac.update(b"cursor");
        for part in context.iter().map(AsRef::as_ref) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(position);
        mac.finalize().into_bytes().first_chunk().copied()
    }

    /// The cursor for `position` in the list that `context` (query and caller) names.
    pub fn write<P: Serialize>(&self, context: &[impl AsRef<str>], position: &P) -> Option<String> {
        let mut bytes = serde_json::to_vec(position).ok()?;
        let tag = self.tag(context, &bytes)?;
        bytes.extend(tag);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The position that [`Cursors::write`] was given, for the same context.
    pub fn read<P: DeserializeOwned>(&self, context: &[impl AsRef<str>], cursor: &str) -> Result<P, InvalidCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| InvalidCursor)?;
        let (position, tag) = bytes.split_last_chunk::<TAG>().ok_or(InvalidCursor)?;
        let expected = self.tag(context, position).ok_or(InvalidCursor)?;
        if !bool::from(subtle::ConstantTimeEq::ct_eq(&expected[..], &tag[..])) {
            return Err(InvalidCursor);
        }
        serde_json::from_slice(position).map_err(|_| InvalidCursor)
    }

    /// Where a request goes on in the list that `context` names; `None` at its beginning.
    pub fn after<P: DeserializeOwned>(
        &self,
        context: &[impl AsRef<str>],
        page: &PageRequest,
    ) -> Result<Option<P>, InvalidCursor> {
        page.cursor.as_deref().map(|cursor| self.read(context, cursor)).transpose()
    }

    /// A page of that list, and `last`, after which the next one begins; `None` at its end.
    pub fn page<T, P: Serialize>(&self, context: &[impl AsRef<str>], items: Vec<T>, last: Option<P>) -> Page<T> {
        Page { items, next_cursor: last.and_then(|position| self.write(context, &position)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cursors() -> Cursors {
        Cursors::new(Secret::new("0123456789abcdef0123456789abcdef"))
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
    fn cursor_with_any_bit_flipped_is_refused() {
        let cursor = cursors().write(&["list"], &42).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(cursors().read::<i32>(&["list"], &URL_SAFE_NO_PAD.encode(altered)).is_err());
        }
    }

    proptest! {
        #[test]
        fn cursor_of_any_text_never_panics(text: String) {
            prop_assert!(cursors().read::<String>(&["list"], &text).is_err());
        }
    }
}
