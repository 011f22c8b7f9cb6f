//! Fresh proof: what sensitive acts ask of a caller beside the credential.

use super::AuthService;
use crate::auth::confirmation::{Confirmation, ConfirmationId, FRESH_SECONDS};
use crate::auth::error::AuthError;
use crate::auth::model::{AuthenticatedUser, Credential, Principal};
use crate::auth::rights::Sensitive;
use crate::dynamo::{OutboxMessage, Topic};
use crate::notifications::messages::{DeliveryMessage, OneTimeMessage, VERSION};
use crate::one_time_code::{MAX_TRIES, OneTimeCodes, VALID_FOR};

impl AuthService {
    /// Has the bot send a code to the user's private chat.
    pub async fn start_confirmation(
        &self,
        user: &AuthenticatedUser,
        codes: &OneTimeCodes,
    ) -> Result<Confirmation, AuthError> {
        let profile = self.users.get(user.id).await?;
        if !profile.is_reachable() {
            return Err(AuthError::ChatUnreachable);
        }
        let now = self.clock.now();
        let id = ConfirmationId::generate(now, &self.random);
        let confirmation = Confirmation { id, user_id: user.id, tries: 0, created_at: now, confirmed: None };
        let work = DeliveryMessage::Code(OneTimeMessage {
            v: VERSION,
            chat_id: profile.telegram_id,
            code: codes.of(id),
            expires_at: now.plus_seconds(VALID_FOR),
            language: profile.language_code,
        });
        let message =
            OutboxMessage::new(Topic::NotificationUrgent, format!("confirmation:{id}"), &work, now, &self.random)?;
        self.repository.open_confirmation(&confirmation, &message).await?;
        Ok(confirmation)
    }

    /// Checks a code. The right one confirms the credential of this request. Each attempt counts before it is checked,
    /// so that concurrent guesses cannot exceed the limit.
    pub async fn confirm(&self, user: &AuthenticatedUser, code: &str, codes: &OneTimeCodes) -> Result<(), AuthError> {
        let now = self.clock.now();
        let open = self.repository.count_try(user.id, now).await?.ok_or(AuthError::ConfirmationExpired)?;
        if !codes.is_of(open.id, code) {
            return Err(AuthError::ConfirmationCodeWrong { tries_left: MAX_TRIES.saturating_sub(open.tries) });
        }
        let is_open = self.repository.confirm(&open, &user.credential.name()).await?;
        if is_open { Ok(()) } else { Err(AuthError::ConfirmationExpired) }
    }

    /// Refuses a caller without fresh proof: init data of the last minutes, a confirmation, or a key's scope.
    pub async fn require_fresh_proof(&self, principal: &Principal) -> Result<(), AuthError> {
        let now = self.clock.now();
        let is_fresh = match principal {
            Principal::Key(_) => !principal.reach::<Sensitive>().is_empty(),
            Principal::User(user) => match &user.credential {
                Credential::InitData { signed_at, .. } if now < signed_at.plus_seconds(FRESH_SECONDS) => true,
                credential => {
                    let known = self.repository.confirmation(user.id, now).await?;
                    known.is_some_and(|known| known.confirmed == Some(credential.name()))
                }
            },
        };
        if is_fresh { Ok(()) } else { Err(AuthError::FreshProofRequired) }
    }
}
