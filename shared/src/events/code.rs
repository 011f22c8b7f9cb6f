//! Check-in codes that guests show on arrival. A code names event and user and is signed, so it cannot be forged. It
//! does not change, as a venue's network may be down when it is needed. A copy is harmless, since each guest is checked
//! in once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;
use crate::id::{EventId, UserId};

/// Bytes of the signature kept: 128 bits (RFC 2104 section 5 allows half of the hash).
const TAG: usize = 16;

/// Makes and reads codes: `<event>.<user>.<signature>`.
#[derive(Clone, Debug)]
pub struct CheckinCodes {
    key: Secret,
}

impl CheckinCodes {
    pub fn new(key: Secret) -> Self {
        Self { key }
    }

    fn tag(&self, named: &str) -> Option<[u8; TAG]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()).ok()?;
        mac.update(b"event check-in code");
        mac.update(named.as_bytes());
        mac.finalize().into_bytes().first_chunk().copied()
    }

    /// The code of a user for an event.
    pub fn write(&self, event: EventId, user: UserId) -> String {
        let named = format!("{event}.{user}");
        let tag = self.tag(&named).map(|tag| URL_SAFE_NO_PAD.encode(tag)).unwrap_or_default();
        format!("{named}.{tag}")
    }

    /// The user of a code for this event; `None` if it is of another event or its signature is wrong.
    pub fn read(&self, event: EventId, code: &str) -> Option<UserId> {
        let (named, tag) = code.rsplit_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let expected = self.tag(named)?;
        if !bool::from(subtle::ConstantTimeEq::ct_eq(&expected[..], &tag[..])) {
            return None;
        }
        let (of, user) = named.split_once('.')?;
        user.parse().ok().filter(|_| of.parse() == Ok(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Time;

    #[test]
    fn code_of_another_event_or_user_or_key_is_refused() {
        let (random, now) = (Random::seeded(1), Time::from_millis(1_000).unwrap());
        let (event, user) = (EventId::generate(now, &random), UserId::generate(now, &random));
        let codes = CheckinCodes::new(Secret::new("0123456789abcdef0123456789abcdef"));
        let code = codes.write(event, user);
        assert_eq!(codes.read(event, &code), Some(user));
        assert_eq!(codes.read(EventId::generate(now, &random), &code), None);
        let (_, tag) = code.rsplit_once('.').unwrap();
        let forged = format!("{event}.{}.{tag}", UserId::generate(now, &random));
        let others = CheckinCodes::new(Secret::new("fedcba9876543210fedcba9876543210")).write(event, user);
        for bad in ["", ".", "..", &format!("{event}.{user}"), &format!("{event}.{user}."), &forged, &others] {
            assert_eq!(codes.read(event, bad), None, "{bad}");
        }
    }
}
