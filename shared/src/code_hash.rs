//! Hashes of ticket codes. Codes may be short, so whoever sees a plain hash can try all codes. With a key for each list,
//! only who has the key can, and hashes of two lists say nothing of each other.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;
use crate::id::CheckinListId;
use crate::text::Slug;

/// Makes the keys of all lists.
#[derive(Clone, Debug)]
pub struct CodeHashes {
    key: Secret,
}

impl CodeHashes {
    /// The keys are derived from the signing key.
    pub const fn new(key: Secret) -> Self {
        Self { key }
    }

    /// The key of the list's snapshots, as scanners get it: 64 hex digits.
    pub fn snapshot_key(&self, list: CheckinListId) -> String {
        hex::encode(keyed(self.key.expose().as_bytes(), &["check-in snapshot", &list.to_string()]))
    }

    /// What the audit calls a ticket: 32 hex digits, as who has a code can claim its ticket.
    pub fn in_audit(&self, conference: &Slug, code: &str) -> String {
        in_snapshot(&hex::encode(keyed(self.key.expose().as_bytes(), &["audit"])), conference, code)
    }

    /// The hash of what was scanned at a list and is no ticket. No scanner has its key.
    pub fn of_stray(&self, list: CheckinListId, code: &str) -> String {
        let key = keyed(self.key.expose().as_bytes(), &["check-in stray scan", &list.to_string()]);
        hex::encode(keyed(&key, &[code]))
    }
}

/// The hash of a ticket in a snapshot with this key: 32 hex digits.
pub fn in_snapshot(key: &str, conference: &Slug, code: &str) -> String {
    let key = hex::decode(key).unwrap_or_default();
    let mut hash = hex::encode(keyed(&key, &[&format!("{conference}#{code}")]));
    hash.truncate(32);
    hash
}

fn keyed(key: &[u8], parts: &[&str]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(parts.join("\n").as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Time;

    #[test]
    fn hashes_differ_by_key_list_and_purpose() {
        let lists = [1, 2].map(|seed| CheckinListId::generate(Time::default(), &Random::seeded(seed)));
        let slug: Slug = "ibw-2026".parse().unwrap();
        let mut all = Vec::new();
        for key in ["one key of at least 32 characters", "another key of 32 characters or so"] {
            let hashes = CodeHashes::new(Secret::new(key));
            for list in lists {
                let snapshot = hashes.snapshot_key(list);
                all.push(in_snapshot(&snapshot, &slug, "k7xq2mv9"));
                all.push(hashes.of_stray(list, "k7xq2mv9"));
                assert_eq!(hashes.snapshot_key(list), snapshot);
            }
        }
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
