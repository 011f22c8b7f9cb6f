//! The rules of users.
//!
//! | type | file | methods |
//! | --- | --- | --- |
//! | [`UserService`] | here | `get`, `visible`, `by_telegram`, `identity`, `starts`, `get_all`, `set_chat` |
//! | | `sign_in` | `sign_in`, `recognise` |
//! | | `profile` | `update`, `set_socials`, `onboard` |
//! | | `email` | `start_email_verification`, `pending_email`, `verify_email`, `proved_by` |
//! | | `directory` | `directory` |
//! | | `visibility` | `seen_by` |
//! | | `erasure` | `schedule_erasure`, `cancel_erasure`, `erasures_due`, `begin_erasure`, `finish_erasure` |
//! | | `standing` | `set_grants`, `grant`, `ban`, `unban`, `revoke_logins` |
//! | | `chat` | `record_chat`, `record_start` |
//! | | `members` | `members_page`, `members_of` |
//! | [`VerificationMailer`] | `mail` | `mail` |
//! | [`MailReports`] | `reports` | `record` |

mod chat;
mod directory;
mod email;
mod erasure;
mod mail;
mod members;
mod profile;
mod reports;
mod sign_in;
mod standing;
mod visibility;

pub use chat::ChatEvent;
pub use directory::DirectoryQuery;
pub use mail::{Mailed, MailingError, VerificationMailer, WORKERS};
pub use profile::{Onboarding, ProfilePatch, Socials};
pub use reports::MailReports;
pub use sign_in::Source;

use super::error::UserError;
use super::model::{ChatState, Identity, User, Viewer};
use super::repository::UserRepository;
use super::start::Start;
use crate::audit::model::Actor;
use crate::config::Env;
use crate::dynamo::Contention;
use crate::expected::Expected;
use crate::id::UserId;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Clock;

/// What the domain is configured with.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserConfig {
    /// Whether the deployment uses tickets: then profiles for attendees are seen by users with a claimed ticket only.
    pub uses_tickets: bool,
}

impl UserConfig {
    /// Reads `USES_TICKETS`.
    pub fn read(env: &mut Env) -> Self {
        Self { uses_tickets: env.optional("USES_TICKETS").unwrap_or_default() }
    }
}

/// Users.
#[derive(Clone, Debug)]
pub struct UserService {
    repository: UserRepository,
    uses_tickets: bool,
    clock: Clock,
    random: Random,
}

impl UserService {
    /// On this platform.
    pub fn new(platform: &Platform, config: UserConfig) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: UserRepository::new(platform), uses_tickets: config.uses_tickets, clock, random }
    }

    /// The user; [`UserError::NotFound`] when there is none.
    pub async fn get(&self, id: UserId) -> Result<User, UserError> {
        self.repository.by_id(id).await?.ok_or(UserError::NotFound)
    }

    /// The user, if `viewer` may see the profile; otherwise [`UserError::NotFound`], so that nothing tells that the
    /// user exists.
    pub async fn visible(&self, id: UserId, viewer: &Viewer) -> Result<User, UserError> {
        let user = self.get(id).await?;
        self.seen_by(viewer, vec![user]).await?.pop().ok_or(UserError::NotFound)
    }

    /// The user with this Telegram account.
    pub async fn by_telegram(&self, telegram_id: i64) -> Result<User, UserError> {
        let identity = self.repository.identity(telegram_id).await?.ok_or(UserError::NotFound)?;
        self.get(identity.user_id).await
    }

    /// The user of a Telegram account, if there is one.
    pub async fn identity(&self, telegram_id: i64) -> Result<Option<Identity>, UserError> {
        Ok(self.repository.identity(telegram_id).await?)
    }

    /// The start parameters of a user.
    pub async fn starts(&self, id: UserId) -> Result<Vec<Start>, UserError> {
        Ok(self.repository.starts(id).await?)
    }

    /// These users, in no order, without users that were erased.
    pub async fn get_all(&self, ids: &[UserId]) -> Result<Vec<User>, UserError> {
        let mut users = self.repository.by_ids(ids).await?;
        users.retain(|user| !user.erased);
        Ok(users)
    }

    /// Records what a user's chat with the bot allows.
    pub async fn set_chat(&self, id: UserId, chat: ChatState) -> Result<(), UserError> {
        self.change(id, &Expected::Any, |user| user.chat = chat).await.map(|_| ())
    }

    /// Changes a profile: reads it, applies `change`, and stores it as the next version. If another change was faster,
    /// `change` is applied to the newer profile, unless the caller expects a version (`If-Match`).
    async fn change<F>(&self, id: UserId, expected: &Expected, change: F) -> Result<User, UserError>
    where
        F: Fn(&mut User),
    {
        self.change_by(None, id, expected, change).await
    }

    /// The same, perhaps by somebody else: their act is in the audit.
    async fn change_by<F>(
        &self,
        act: Option<(&Actor, &str)>,
        id: UserId,
        expected: &Expected,
        change: F,
    ) -> Result<User, UserError>
    where
        F: Fn(&mut User),
    {
        let mut contention = Contention::new(&self.random);
        loop {
            let before = self.repository.by_id(id).await?.ok_or(UserError::NotFound)?;
            if !expected.has(before.version) {
                return Err(UserError::PreconditionFailed);
            }
            let mut user = before.clone();
            change(&mut user);
            if user == before {
                return Ok(user);
            }
            user.stamp(self.clock.now());
            let entry = act.map(|(actor, action)| self.entry(actor, action, &before, &user));
            let saved = match &entry {
                Some(entry) => self.repository.save_audited(&before, &user, entry).await,
                None => self.repository.save(&before, &user).await,
            };
            match saved {
                Ok(()) => return Ok(user),
                Err(UserError::VersionConflict) if *expected != Expected::Any => {
                    return Err(UserError::PreconditionFailed);
                }
                Err(UserError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }
}
