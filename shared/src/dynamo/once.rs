//! Things to be done once: the first who begins does it; the others learn that it is in flight, or how it ended.
//!
//! ```text
//!               begin                 finish
//!     absent ----------> in flight ------------> finished
//!        ^                  | abandon, lease over    | time to keep it is over
//!        +------------------+------------------------+
//! ```
//! Beginning is one conditional update, as in AWS Powertools' idempotency: it succeeds where no record is, or one whose
//! lease is over. So a worker that dies blocks others for the lease at most. Each beginning has a nonce: only
//! who still holds the record can finish or abandon it. Queue consumers and the `Idempotency-Key` both stand on this.
//!
//! A record that nobody finished stays for a day. The next beginning tells when it was first begun, and that it may
//! have been done.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::write::Written;
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

impl Ticket {
    /// When it was first begun, with what it is done now.
    pub const fn begun_at(&self) -> Time {
        self.0.begun_at
    }

    /// Whether it was begun before: then it may have been done.
    pub const fn is_repeated(&self) -> bool {
        self.0.tries > 1
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    pk: String,
    fingerprint: String,
    nonce: String,
    /// How often it was begun. Records of the release before have neither this nor the next two.
    #[serde(default)]
    tries: u64,
    #[serde(default)]
    begun_at: Time,
    /// In seconds.
    #[serde(default)]
    leased_until: i64,
    finished: bool,
    answer: Option<String>,
    expires_at: i64,
}

/// Seconds in which a record that nobody finished is remembered after its lease.
const REMEMBERED: i64 = 24 * 3600;

/// Export: none, because it is an answer that the user got, kept for a day.
///
/// Erasure: none, because it expires.
impl Entity for Record {
    const NAME: &'static str = "once";

    fn key(&self) -> Key {
        key_of(&self.pk)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.expires_at)
    }
}

fn key_of(pk: &str) -> Key {
    Key { pk: pk.to_owned(), sk: "ONCE".to_owned() }
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
        let (now, nonce) = (self.clock.now(), hex::encode(self.random.bytes::<16>()));
        loop {
            let found = match self.again(key, fingerprint, &nonce, lease).await? {
                Written::Done(record) => return Ok(Begun::Started(Ticket(record))),
                Written::Found(found) => found,
            };
            let is_over = found.expires_at <= now.seconds();
            if found.finished && !is_over {
                return Ok(Begun::Finished { fingerprint: found.fingerprint, answer: found.answer });
            }
            if found.leased_until > now.seconds() && !is_over {
                let until = Time::from_millis(found.leased_until.saturating_mul(1000)).unwrap_or(now);
                return Ok(Begun::InFlight { fingerprint: found.fingerprint, until });
            }
            // DynamoDB has not deleted it yet, or it was another thing under this key that was never done.
            let record = Record {
                pk: key.0.clone(),
                fingerprint: fingerprint.to_owned(),
                nonce: nonce.clone(),
                tries: 1,
                begun_at: now,
                leased_until: self.in_seconds(lease),
                finished: false,
                answer: None,
                expires_at: self.in_seconds(lease + REMEMBERED),
            };
            if held(self.table.put(&record, &ours(&found)).await)? {
                return Ok(Begun::Started(Ticket(record)));
            }
        }
    }

    /// Begins it where there is no record, or one of the same thing whose lease is over.
    async fn again(&self, key: &OnceKey, print: &str, nonce: &str, lease: i64) -> Result<Written<Record>, Error> {
        let begin = Expression::new(
            "SET entity = :entity, v = :v, fingerprint = :print, nonce = :nonce, finished = :no, \
             leased_until = :until, expires_at = :end, begun_at = if_not_exists(begun_at, :begun) ADD tries :one",
        );
        let begin = begin
            .text(":entity", Record::NAME)
            .number(":v", Record::VERSION)
            .text(":print", print)
            .text(":nonce", nonce)
            .value(":no", &false)
            .number(":until", self.in_seconds(lease))
            .number(":end", self.in_seconds(lease + REMEMBERED))
            .text(":begun", self.clock.now())
            .number(":one", 1);
        let free = Expression::new(
            "attribute_not_exists(pk) OR (expires_at > :now AND leased_until <= :now AND finished = :no \
             AND fingerprint = :print)",
        );
        let free = free.number(":now", self.clock.now().seconds());
        self.table.update_or_found(&key_of(&key.0), &begin, &free).await
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
        let record = Record { leased_until: self.clock.now().seconds(), ..ticket.0 };
        held(self.table.put(&record, &ours(&record)).await)
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
