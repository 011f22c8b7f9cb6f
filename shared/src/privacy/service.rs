//! Export and erasure. Each domain exports and erases its own data. This service asks all of them.

use std::sync::Arc;

use futures_util::future::try_join_all;
use serde::Serialize;
use serde_json::json;

use crate::auth::service::SessionService;
use crate::error::ApiError;
use crate::id::UserId;
use crate::personal_data::{ExportSection, PersonalData, Subject};
use crate::platform::Platform;
use crate::scheduled::Batch;
use crate::time::Clock;
use crate::users::error::UserError;
use crate::users::model::User;
use crate::users::service::UserService;

/// Personal data of a user: the sections of all domains, and the time of the export.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Export(ExportSection);

/// Export and erasure.
#[derive(Clone, Debug)]
pub struct PrivacyService {
    users: UserService,
    sessions: SessionService,
    holders: Arc<[Box<dyn PersonalData>]>,
    clock: Clock,
}

impl PrivacyService {
    /// On this platform. `holders` are the domains with personal data other than `users`. Profiles are erased last,
    /// because an interrupted erasure is found by its profile.
    pub fn new(
        platform: &Platform,
        users: UserService,
        sessions: SessionService,
        holders: Arc<[Box<dyn PersonalData>]>,
    ) -> Self {
        Self { users, sessions, holders, clock: platform.clock.clone() }
    }

    /// Schedules a user's erasure, and ends all login sessions.
    pub async fn schedule_erasure(&self, id: UserId) -> Result<User, UserError> {
        let user = self.users.schedule_erasure(id).await?;
        self.sessions.close_all(id, None).await?;
        Ok(user)
    }

    /// All personal data of a user.
    pub async fn export(&self, id: UserId) -> Result<Export, ApiError> {
        let user = self.users.get(id).await?;
        let subject = subject(&user);
        let holders = self.holders.iter().map(|holder| holder.export(subject));
        let (own, others) = tokio::try_join!(self.users.export(user), try_join_all(holders))?;
        let mut all = own;
        all.extend(others.into_iter().flatten());
        all.insert("exported_at".to_owned(), json!(self.clock.now()));
        Ok(Export(all))
    }

    /// Erases up to `limit` users whose grace period is over. A failure of one does not stop the others.
    ///
    /// Domains find a user's items by indexes, which may lag, and a request may be under way. So a user is due twice: the
    /// profile is deleted after a second look, when nothing new can come.
    pub async fn erase_due(&self, limit: usize) -> Result<Batch, UserError> {
        let due = self.users.erasures_due(limit).await?;
        let mut batch = Batch { due: due.len(), ..Batch::default() };
        for user in due {
            // A user who logs in before this write keeps the account. That is a conflict here, and no failure.
            let is_last = user.erased;
            let begun = if is_last { Ok(()) } else { self.users.begin_erasure(&user).await };
            match begun {
                Ok(()) => {}
                Err(UserError::VersionConflict) => continue,
                Err(error) => {
                    failed(&mut batch, &user, &error.into());
                    continue;
                }
            }
            match self.erase(subject(&user), is_last).await {
                Ok(()) => batch.done += 1,
                Err(error) => failed(&mut batch, &user, &error),
            }
        }
        Ok(batch)
    }

    async fn erase(&self, subject: Subject, is_last: bool) -> Result<(), ApiError> {
        for holder in self.holders.iter() {
            holder.erase(subject).await?;
        }
        if is_last {
            self.users.finish_erasure(subject.user_id).await?;
        }
        Ok(())
    }
}

fn failed(batch: &mut Batch, user: &User, error: &ApiError) {
    batch.failed += 1;
    tracing::error!(user.id = %user.id, error = %error, "user.erasure_failed");
}

const fn subject(user: &User) -> Subject {
    Subject { user_id: user.id, telegram_id: user.telegram_id }
}
