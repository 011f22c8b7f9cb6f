//! Things to be done once: the first who begins does it; the others learn that it is in flight, or how it ended.
//!
//! ```text
//!               begin                 finish
//!     absent ----------> in flight ------------> finished
//!        ^                  | abandon, lease over    | time to keep it is over
//!        +------------------+------------------------+
//! ```
//! Beginning is one conditional put, as in AWS Powertools' idempotency: it succeeds where no record is, or an expired
//! one. A record in flight expires with its lease, so whoever dies holding it blocks nobody for longer. Each put
//! carries a nonce: only who still holds the record can finish or abandon it. Queue consumers and the `Idempotency-Key`
//! both stand on this.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Entity, Error, Expression, Key, Table};
use crate::random::Random;
use crate::time::{Clock, Time};

/// What is to be done once: a scope, which the code names, and what tells one thing from another in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceKey(String);

impl OnceKey {
    /// The parts may come from clients: they are hashed, each with its length, so that no two lists of parts meet.
    pub fn new(scope: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(format!("ONCE#{scope}#{}", hex::encode(hash.finalize())))
    }
}

/// The answer to a beginning. Not `Debug`: a kept answer may hold tokens.
pub enum Begun {
    /// It is the caller's to do, until the lease is over.
    Started(Ticket),
    /// Another caller is at it.
    InFlight {
        /// What the other caller is doing it with.
        fingerprint: String,
        /// When the other caller's lease is over.
        until: Time,
    },
    /// It has been done.
    Finished {
        /// What it was done with.
        fingerprint: String,
        /// What came of it, if that was kept.
        answer: Option<String>,
    },
}

/// The right to finish or abandon what was begun.
#[must_use]
pub struct Ticket(Record);

#[derive(Serialize, Deserialize)]
struct Record {
    pk: String,
    fingerprint: String,
    nonce: String,
    finished: bool,
    answer: Option<String>,
    expires_at: i64,
}

/// Export: none, because it is an answer that the user got, kept for a day.
///
/// Erasure: none, because it expires.
impl Entity for Record {
    const NAME: &'static str = "once";

    fn key(&self) -> Key {
        Key { pk: self.pk.clone(), sk: "ONCE".to_owned() }
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.expires_at)
    }
}

/// The records of what is done once.
#[derive(Clone, Debug)]
pub struct Once {
    table: Table,
    clock: Clock,
    random: Random,
}

impl Once {
    /// The longest answer that can be kept, in bytes: an item holds 400 KB in all.
    pub const MAX_ANSWER: usize = 300 * 1024;

    /// Records in `table`, which is `ephemeral`.
    pub fn new(table: Table, clock: Clock, random: Random) -> Self {
        Self { table, clock, random }
    }

    /// Begins it, unless another did. The lease, in seconds, must outlast the work.
    pub async fn begin(&self, key: &OnceKey, fingerprint: &str, lease: i64) -> Result<Begun, Error> {
        let record = Record {
            pk: key.0.clone(),
            fingerprint: fingerprint.to_owned(),
            nonce: hex::encode(self.random.bytes::<16>()),
            finished: false,
            answer: None,
            expires_at: self.in_seconds(lease),
        };
        let free = Expression::absent_or_expired(self.clock.now().seconds());
        Ok(match self.table.put_or_found(&record, &free).await? {
            None => Begun::Started(Ticket(record)),
            Some(Record { fingerprint, answer, finished: true, .. }) => Begun::Finished { fingerprint, answer },
            Some(Record { fingerprint, expires_at, .. }) => {
                let until = Time::from_millis(expires_at.saturating_mul(1000)).unwrap_or_else(|| self.clock.now());
                Begun::InFlight { fingerprint, until }
            }
        })
    }

    /// Records that it was done and, for `keep_for` seconds, what came of it. False when the lease was over and another
    /// has begun since: then the other's record stands.
    pub async fn finish(&self, ticket: Ticket, answer: Option<String>, keep_for: i64) -> Result<bool, Error> {
        if answer.as_ref().is_some_and(|answer| answer.len() > Self::MAX_ANSWER) {
            return Err(Error::Encode { entity: Record::NAME, reason: "the answer is too long to keep".to_owned() });
        }
        let record = Record { finished: true, answer, expires_at: self.in_seconds(keep_for), ..ticket.0 };
        held(self.table.put(&record, &ours(&record)).await)
    }

    /// Lets another begin at once. False as in [`Self::finish`].
    pub async fn abandon(&self, ticket: Ticket) -> Result<bool, Error> {
        held(self.table.delete(&ticket.0.key(), &ours(&ticket.0)).await)
    }

    /// Rounded up: what counts whole seconds must not cut a lease short.
    fn in_seconds(&self, seconds: i64) -> i64 {
        let end = self.clock.now().plus_seconds(seconds);
        end.seconds() + i64::from(end.millis().rem_euclid(1000) > 0)
    }
}

/// Also where DynamoDB has deleted the record since its lease was over and nobody else has begun.
fn ours(record: &Record) -> Expression {
    Expression::new("attribute_not_exists(pk) OR nonce = :nonce").text(":nonce", &record.nonce)
}

fn held(written: Result<(), Error>) -> Result<bool, Error> {
    match written {
        Ok(()) => Ok(true),
        Err(Error::ConditionFailed) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_of_scope_and_parts_is_golden() {
        let expected = "ONCE#email#3fafa1cf2f19a7c1129beb20cf0983f73a489a221fc0dd2f16d1be292d089205";
        assert_eq!(OnceKey::new("email", &["a", "bc"]).0, expected);
    }

    #[test]
    fn key_of_parts_split_elsewhere_differs() {
        assert_ne!(OnceKey::new("http", &["a", "bc"]), OnceKey::new("http", &["ab", "c"]));
        assert_ne!(OnceKey::new("http", &["a"]), OnceKey::new("http", &["a", ""]));
        assert_ne!(OnceKey::new("http", &["a"]), OnceKey::new("email", &["a"]));
    }
}
