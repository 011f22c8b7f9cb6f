//! Email verification: a code is mailed through the outbox, and the user enters it.

use std::collections::{BTreeMap, BTreeSet};

use super::UserService;
use crate::dynamo::{Contention, OutboxMessage, Topic};
use crate::id::UserId;
use crate::one_time_code::{MAX_TRIES, OneTimeCodes};
use crate::users::contact::EmailAddress;
use crate::users::error::UserError;
use crate::users::mailbox::AddressHashes;
use crate::users::messages::EmailMessage;
use crate::users::model::User;
use crate::users::verification::{EmailVerification, VerificationId};

impl UserService {
    /// Opens a verification of `email` and has its code mailed. A verified address stays the user's until the new one
    /// is verified. Whether another user has verified `email` is told only after the right code, as otherwise anybody
    /// could probe addresses. How many codes a mailbox gets does not depend on who asks.
    pub async fn start_email_verification(
        &self,
        id: UserId,
        email: &EmailAddress,
        codes: &OneTimeCodes,
    ) -> Result<EmailVerification, UserError> {
        let (now, to) = (self.clock.now(), AddressHashes::of(email, codes));
        let verification_id = VerificationId::generate(now, &self.random);
        let verification =
            EmailVerification { id: verification_id, user_id: id, email: email.clone(), tries: 0, created_at: now };
        let payload = EmailMessage::EmailVerification { v: 1, user_id: id, verification_id };
        let message = OutboxMessage::new(Topic::Email, verification_id.to_string(), &payload, now, &self.random)?;
        let mut contention = Contention::new(&self.random);
        loop {
            let before = self.get(id).await?;
            if before.email_verified && before.email.as_ref() == Some(email) {
                return Err(UserError::EmailAlreadyVerified);
            }
            let mut user = before.clone();
            user.email = Some(email.clone());
            let change = if before.email_verified || user == before {
                None
            } else {
                user.stamp(self.clock.now());
                Some((&before, &user))
            };
            match self.repository.open_verification(&verification, &message, change, &to).await {
                Ok(()) => return Ok(verification),
                Err(UserError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The users who have proved these addresses.
    pub async fn proved_by(
        &self,
        addresses: &BTreeSet<EmailAddress>,
    ) -> Result<BTreeMap<EmailAddress, UserId>, UserError> {
        Ok(self.repository.proved_by(addresses).await?)
    }

    /// The address of the open verification, if there is one.
    pub async fn pending_email(&self, id: UserId) -> Result<Option<EmailAddress>, UserError> {
        let open = self.repository.verification(id, self.clock.now()).await?;
        Ok(open.map(|verification| verification.email))
    }

    /// Checks a code. The right one verifies the address, whatever others have tried: only the attempts at this code
    /// count, before it is checked.
    pub async fn verify_email(&self, id: UserId, code: &str, codes: &OneTimeCodes) -> Result<User, UserError> {
        let now = self.clock.now();
        let verification = self.repository.count_try(id, now).await?.ok_or(UserError::EmailCodeExpired)?;
        if !codes.is_of(verification.id, code) {
            return Err(UserError::EmailCodeWrong { tries_left: MAX_TRIES.saturating_sub(verification.tries) });
        }
        let mut contention = Contention::new(&self.random);
        loop {
            let before = self.get(id).await?;
            let mut user = before.clone();
            user.email = Some(verification.email.clone());
            user.email_verified = true;
            user.stamp(self.clock.now());
            match self.repository.save_verified(&before, &user, verification.id).await {
                Ok(()) => return Ok(user),
                Err(UserError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }
}
