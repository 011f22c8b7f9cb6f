//! What is known of an email address without the address: its keyed hashes, how often codes may go there, and that no
//! mail may go there any more.
//!
//! A code has five attempts. So the limits of codes are limits of guesses, too: 20 a day for an account at a mailbox,
//! and 50 for all accounts together. Nobody can use up the attempts at another account's code.

use serde::{Deserialize, Serialize};

use super::contact::EmailAddress;
use crate::one_time_code::OneTimeCodes;
use crate::time::Time;

/// The keyed hashes of an email address. Nobody without the key can tell whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressHashes {
    /// Of the address as it is written. Mail to an alias may come back while the mailbox is fine.
    pub address: String,
    /// Of the mailbox, which is one for all aliases of an address. What floods an alias floods the mailbox.
    pub mailbox: String,
}

impl AddressHashes {
    /// The hashes of an address, with the key of these codes.
    pub fn of(address: &EmailAddress, codes: &OneTimeCodes) -> Self {
        let hash = |text: &str| codes.stand_in(&format!("email-address:{text}"));
        Self { address: hash(address.as_str()), mailbox: hash(address.mailbox().as_str()) }
    }
}

/// So often in a window of time, for one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailLimit {
    /// What is counted, as it stands in the key.
    pub name: &'static str,
    /// How often.
    pub count: u64,
    /// Length of a window in seconds.
    pub seconds: i64,
}

/// Codes that are sent to a mailbox for one user. So it takes several accounts to use up what follows.
pub const SENT_TO_USER: MailLimit = MailLimit { name: "SENT_TO_USER_IN_DAY", count: 4, seconds: 24 * 3600 };
/// Codes that are sent to a mailbox, whoever asks.
pub const SENT: [MailLimit; 2] = [
    MailLimit { name: "SENT_IN_HOUR", count: 5, seconds: 3600 },
    MailLimit { name: "SENT_IN_DAY", count: 10, seconds: 24 * 3600 },
];

impl MailLimit {
    /// The number of the window that `now` is in.
    pub const fn window(&self, now: Time) -> i64 {
        now.seconds().div_euclid(self.seconds)
    }

    /// The end of that window, in seconds since 1970.
    const fn end(&self, now: Time) -> i64 {
        (self.window(now) + 1) * self.seconds
    }

    /// When its count expires: it outlives the differences between clocks.
    pub const fn kept_until(&self, now: Time) -> i64 {
        self.end(now) + 60
    }

    /// Seconds until then.
    pub const fn left(&self, now: Time) -> u64 {
        (self.end(now) - now.seconds()).unsigned_abs()
    }
}

/// Why no mail goes to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// Mail to it came back for good.
    Bounce,
    /// Its owner reported a mail as unwanted.
    Complaint,
}

impl SuppressionReason {
    /// Seconds for which it holds. A mailbox may be created later, and a domain may change hands.
    const fn lifetime(self) -> i64 {
        match self {
            Self::Bounce => 90 * 24 * 3600,
            Self::Complaint => 365 * 24 * 3600,
        }
    }
}

/// An address to which no mail goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Keyed hash of the address.
    pub address: String,
    /// The reason.
    pub reason: SuppressionReason,
    /// When it ends.
    pub until: Time,
}

impl Suppression {
    /// From now on.
    pub fn new(address: String, reason: SuppressionReason, now: Time) -> Self {
        Self { address, reason, until: now.plus_seconds(reason.lifetime()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_ends_with_its_hour() {
        let now: Time = "2026-11-22T09:30:01.500Z".parse().unwrap();
        assert_eq!((SENT[0].left(now), SENT[1].left(now)), (29 * 60 + 59, 14 * 3600 + 29 * 60 + 59));
        assert_eq!(SENT[0].window(now.plus_seconds(1798)), SENT[0].window(now));
        assert_eq!(SENT[0].window(now.plus_seconds(1799)), SENT[0].window(now) + 1);
    }
}
