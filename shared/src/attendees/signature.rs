//! The signature of the ticketing system's events: `t=<seconds since 1970>,v1=<hex>`, where the hex is the HMAC-SHA256
//! (RFC 2104) of `<seconds>.<body>` under the shared secret. While a secret is replaced, a sender may send several
//! `v1`, and we accept two secrets.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::{Env, Secret};
use crate::time::Time;

/// Greatest difference between a signature's time and now, in seconds, so that nobody replays a request later.
pub const TOLERANCE: i64 = 300;
/// Most signatures of a header. Each is compared with each secret, even if the sender is unknown.
const MAX_SIGNATURES: usize = 4;
/// Characters of a secret at least.
const MIN_SECRET: usize = 24;

/// Secrets of ticketing events. Without one, each event is refused.
#[derive(Clone, Debug, Default)]
pub struct WebhookSecrets(Vec<Secret>);

impl WebhookSecrets {
    /// Reads `TICKETING_WEBHOOK_SECRET`: one secret, or two separated by a comma while one replaces the other.
    pub fn read(env: &mut Env) -> Self {
        let secrets = env.list("TICKETING_WEBHOOK_SECRET");
        if secrets.len() > 2 || secrets.iter().any(|secret| secret.len() < MIN_SECRET) {
            env.problem("TICKETING_WEBHOOK_SECRET", format!("must be one or two of at least {MIN_SECRET} characters"));
        }
        Self(secrets.into_iter().map(Secret::new).collect())
    }

    /// Whether a body was signed with one of them, not long ago.
    pub fn verify(&self, header: &str, body: &[u8], now: Time) -> bool {
        let Some((seconds, signatures)) = read(header) else { return false };
        let recent = seconds.parse().is_ok_and(|at: i64| now.seconds().abs_diff(at) <= TOLERANCE.unsigned_abs());
        // All are compared, so that the duration does not tell which one matches.
        let matches =
            self.0.iter().map(|secret| signatures.iter().filter(|one| is_of(secret, seconds, body, one)).count());
        matches.sum::<usize>() > 0 && recent
    }
}

/// The time, as it is written, and the signatures.
fn read(header: &str) -> Option<(&str, Vec<[u8; 32]>)> {
    let (mut seconds, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=')? {
            ("t", text) if seconds.is_none() && text.bytes().all(|b| b.is_ascii_digit()) => seconds = Some(text),
            ("t", _) => return None,
            ("v1", text) => {
                let mut signature = [0; 32];
                hex::decode_to_slice(text, &mut signature).ok()?;
                signatures.push(signature);
            }
            _ => {}
        }
    }
    seconds.map(|seconds| (seconds, signatures)).filter(|(_, all)| (1..=MAX_SIGNATURES).contains(&all.len()))
}

fn is_of(secret: &Secret, seconds: &str, body: &[u8], signature: &[u8; 32]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return false };
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &[u8] = br#"{"id":"evt-1"}"#;
    /// Made with `printf '%s' '1795339800.{"id":"evt-1"}' | openssl dgst -sha256 -hmac 'secret of the tests: 32
    /// bytes!!!'`.
    const SIGNATURE: &str = "c9d11e08202203107f81e5a9c89fc9c75cda879ec0d0c3599d972996968e45dd";

    fn secrets(text: &str) -> WebhookSecrets {
        let mut env = Env::of([("TICKETING_WEBHOOK_SECRET", text)]);
        let secrets = WebhookSecrets::read(&mut env);
        env.finish(secrets).unwrap()
    }

    fn known() -> WebhookSecrets {
        secrets("secret of the tests: 32 bytes!!!")
    }

    fn signed_at() -> Time {
        Time::from_millis(1_795_339_800_000).unwrap()
    }

    fn header() -> String {
        format!("t=1795339800,v1={SIGNATURE}")
    }

    #[test]
    fn signature_of_a_known_vector_holds_for_five_minutes() {
        for (late, holds) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
            assert_eq!(known().verify(&header(), BODY, signed_at().plus_seconds(late)), holds, "{late}");
        }
    }

    #[test]
    fn signature_holds_under_either_of_two_secrets_and_under_no_other() {
        let rotating = secrets("another secret of 24 characters or more");
        assert!(!rotating.verify(&header(), BODY, signed_at()));
        assert!(!WebhookSecrets::default().verify(&header(), BODY, signed_at()));
        let two = WebhookSecrets([rotating.0, known().0].concat());
        assert!(two.verify(&header(), BODY, signed_at()));
        assert!(two.verify(&format!("t=1795339800,v1={},v1={SIGNATURE}", "0".repeat(64)), BODY, signed_at()));
    }

    #[test]
    fn signature_that_is_not_of_the_form_is_refused() {
        let flood = format!("{},{}", header(), vec![format!("v1={SIGNATURE}"); 4].join(","));
        let twice = format!("t=1795339800,{}", header());
        for bad in ["", "t=1795339800", &format!("v1={SIGNATURE}"), "t=x,v1=00", &twice, &flood, "garbage"] {
            assert!(!known().verify(bad, BODY, signed_at()), "{bad}");
        }
    }

    #[test]
    fn secrets_that_are_short_or_too_many_are_refused() {
        for bad in [
            "short",
            "a secret of 24 characters or more,b secret of 24 characters or more,c secret of 24 characters or more",
        ] {
            let mut env = Env::of([("TICKETING_WEBHOOK_SECRET", bad)]);
            WebhookSecrets::read(&mut env);
            assert!(env.finish(()).is_err());
        }
    }

    proptest! {
        #[test]
        fn body_or_signature_with_a_flipped_bit_is_refused(byte in 0usize..BODY.len(), nibble in 0usize..64, bit in 0u8..4) {
            let mut body = BODY.to_vec();
            body[byte] ^= 1 << bit;
            prop_assert!(!known().verify(&header(), &body, signed_at()));
            let mut signature: Vec<u8> = hex::decode(SIGNATURE).unwrap();
            signature[nibble / 2] ^= 1 << (bit + 4 * u8::try_from(nibble % 2).unwrap());
            let header = format!("t=1795339800,v1={}", hex::encode(signature));
            prop_assert!(!known().verify(&header, BODY, signed_at()));
        }
    }
}
