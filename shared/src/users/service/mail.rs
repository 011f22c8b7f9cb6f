//! Mails the code of an open email verification once, even if the message is delivered several times, and no faster than
//! SES lets us.
//!
//! A worker sends one mail at a time, and each takes it a fixed time. The queue has [`WORKERS`] workers at a time, so
//! their number and that time make the rate, whatever instances AWS starts and ends.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::Mutex;

use crate::clients::email::{Mail, MailError, Mailer};
use crate::dynamo::{self, Begun, Once, OnceKey};
use crate::id::UserId;
use crate::one_time_code::{OneTimeCodes, VALID_FOR};
use crate::platform::Platform;
use crate::time::{Clock, Time};
use crate::users::mailbox::AddressHashes;
use crate::users::repository::UserRepository;
use crate::users::verification::{EmailVerification, VerificationId};

/// How many workers take mails from the queue at a time: `MaximumConcurrency` in the template, where 2 is the least.
pub const WORKERS: u32 = 2;

/// Lease of one attempt in seconds: longer than the time-out of the function `email`, so that no attempt outlives its
/// lease.
const LEASE: i64 = 30;

/// Result of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// SES accepted it now.
    Sent,
    /// SES accepted it before.
    SentBefore,
    /// The verification has expired, was used or was replaced, so its code is not needed.
    Void,
    /// Mail to the address came back or was reported as unwanted.
    Suppressed,
    /// Another attempt is running, for at most this long.
    InFlight(Duration),
}

/// Why a mail was not sent. Neither the address nor the code is in it.
#[derive(Debug, Error)]
pub enum MailingError {
    /// SES did not accept it.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

/// Mails the codes of email verifications.
#[derive(Clone, Debug)]
pub struct VerificationMailer {
    users: UserRepository,
    once: Once,
    mailer: Mailer,
    codes: OneTimeCodes,
    clock: Clock,
    /// Who has it may send the next mail.
    turn: Arc<Mutex<()>>,
}

impl VerificationMailer {
    /// On this platform, by this mailer.
    pub fn new(platform: &Platform, mailer: Mailer, codes: OneTimeCodes) -> Self {
        let (users, clock) = (UserRepository::new(platform), platform.clock.clone());
        Self { users, once: platform.once(), mailer, codes, clock, turn: Arc::default() }
    }

    /// Mails the code, unless it was mailed under the same `dedupe_key`. After a failure it can be called again.
    ///
    /// A second mail is possible if SES accepted the first and its answer, or our record of it, was lost: `SendEmail`
    /// has no idempotency token, and two mails are better than none.
    pub async fn mail(&self, user: UserId, id: VerificationId, dedupe_key: &str) -> Result<Mailed, MailingError> {
        let stored = self.users.verification(user, self.clock.now()).await?;
        let Some(verification) = stored.filter(|stored| stored.id == id) else { return Ok(Mailed::Void) };
        let address = AddressHashes::of(&verification.email, &self.codes).address;
        if self.users.is_suppressed(&address, self.clock.now()).await? {
            return Ok(Mailed::Suppressed);
        }
        let _turn = self.turn.lock().await;
        let next = self.clock.now().plus(self.mailer.interval() * WORKERS);
        let mailed = self.attempt(&verification, dedupe_key).await;
        if !matches!(mailed, Ok(Mailed::SentBefore | Mailed::InFlight(_))) {
            self.clock.sleep_until(next).await;
        }
        mailed
    }

    async fn attempt(&self, verification: &EmailVerification, dedupe_key: &str) -> Result<Mailed, MailingError> {
        let id = verification.id;
        let ticket = match self.once.begin(&OnceKey::new("email", &[dedupe_key]), "", LEASE).await? {
            Begun::Started(ticket) => ticket,
            Begun::InFlight { until, .. } => return Ok(Mailed::InFlight(self.until(until))),
            Begun::Finished { .. } => return Ok(Mailed::SentBefore),
        };
        if let Err(error) = self.send(verification).await {
            self.once.abandon(ticket).await?;
            return Err(error.into());
        }
        // The record need not outlive the verification, because then the message is void. An error here would send the
        // mail again, so it is only logged.
        match self.once.finish(ticket, None, VALID_FOR).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(verification.id = %id, "email.lease_lost"),
            Err(error) => tracing::error!(verification.id = %id, %error, "email.not_recorded"),
        }
        Ok(Mailed::Sent)
    }

    fn until(&self, end: Time) -> Duration {
        let millis = end.millis().saturating_sub(self.clock.now().millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or_default())
    }

    async fn send(&self, verification: &EmailVerification) -> Result<(), MailError> {
        let code = self.codes.of(verification.id);
        let minutes = VALID_FOR / 60;
        let note = "If you did not request this code, ignore this email.";
        let mail = Mail {
            to: verification.email.as_str(),
            subject: "Your India Blockchain Week code",
            text: &format!("Your code is {code}. It is valid for {minutes} minutes.\n\n{note}\n"),
            html: &format!(
                "<p>Your code is <strong>{code}</strong>. It is valid for {minutes} minutes.</p><p>{note}</p>"
            ),
        };
        self.mailer.send(&mail).await?;
        tracing::info!(user.id = %verification.user_id, verification.id = %verification.id, "email.sent");
        Ok(())
    }
}
