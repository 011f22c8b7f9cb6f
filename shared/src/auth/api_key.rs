//! API keys as text: `ibw_<id>_<secret>`. The text is shown once, at creation. Only the hash of the secret is stored.
//! It needs no salt or stretching, because the secret is 256 random bits.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::model::ApiKey;
use crate::auth::model::ApiKeyId;
use crate::config::Secret;
use crate::random::Random;

const PREFIX: &str = "ibw_";

/// The key as its owner gets it, and the hash to store.
pub fn generate(id: ApiKeyId, random: &Random) -> (Secret, String) {
    let secret = hex::encode(random.bytes::<32>());
    (Secret::new(format!("{PREFIX}{id}_{secret}")), hash(&secret))
}

/// The id in a key, and the secret part; `None` if the text is not such a key.
pub fn parse(text: &str) -> Option<(ApiKeyId, &str)> {
    let (id, secret) = text.strip_prefix(PREFIX)?.rsplit_once('_')?;
    (secret.len() == 64).then_some(())?;
    Some((id.parse().ok()?, secret))
}

/// Whether `secret` is the key's, in time that does not depend on where it differs.
pub fn matches(key: &ApiKey, secret: &str) -> bool {
    bool::from(hash(secret).as_bytes().ct_eq(key.hash.as_bytes()))
}

/// Whether two secrets are equal, in time that depends on neither: their hashes are compared.
pub fn same(one: &str, other: &str) -> bool {
    bool::from(Sha256::digest(one).ct_eq(&Sha256::digest(other)))
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    #[test]
    fn key_reads_back_its_id_and_secret() {
        let random = Random::seeded(1);
        let id = ApiKeyId::generate(Time::from_millis(1).unwrap(), &random);
        let (key, stored) = generate(id, &random);
        let (read, secret) = parse(key.expose()).unwrap();
        assert_eq!(read, id);
        assert_eq!(hash(secret), stored);
        assert!(!stored.contains(secret));
    }

    #[test]
    fn text_that_is_no_key_is_none() {
        for bad in ["", "ibw_", "ibw_key_01J9ZQ4Y6V3T8K2M5N7P0R1S3W_short", "key_01J9ZQ4Y6V3T8K2M5N7P0R1S3W", "ibw__"] {
            assert!(parse(bad).is_none(), "{bad:?}");
        }
    }
}
