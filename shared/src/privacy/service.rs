//! Export and erasure. Each domain answers for its own data; this asks them all.

use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::model::Session;
use crate::auth::sessions::SessionService;
use crate::id::UserId;
use crate::time::{Clock, Time};
use crate::users::error::UserError;
use crate::users::model::{Start, User};
use crate::users::service::UserService;
use crate::users::view::OwnUser;

/// Everything we hold of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Export {
    /// When the export was made.
    pub exported_at: Time,
    /// The profile.
    pub user: OwnUser,
    /// The links the user came by.
    pub starts: Vec<Start>,
    /// Where the user is logged in.
    pub sessions: Vec<Session>,
}

/// Export and erasure.
#[derive(Clone, Debug)]
pub struct PrivacyService {
    users: UserService,
    sessions: SessionService,
    clock: Clock,
}

impl PrivacyService {
    /// Of these domains.
    pub fn new(users: UserService, sessions: SessionService, clock: Clock) -> Self {
        Self { users, sessions, clock }
    }

    /// Everything we hold of a user.
    pub async fn export(&self, id: UserId) -> Result<Export, UserError> {
        let sessions = async { Ok(self.sessions.list(id).await?) };
        let (user, starts, sessions) = tokio::try_join!(self.users.get(id), self.users.starts(id), sessions)?;
        Ok(Export { exported_at: self.clock.now(), user: user.into(), starts, sessions })
    }

    /// Schedules a user's erasure and logs them out everywhere.
    pub async fn schedule_erasure(&self, id: UserId) -> Result<User, UserError> {
        let user = self.users.schedule_erasure(id).await?;
        self.sessions.close_all(id, None).await?;
        Ok(user)
    }

    /// Erases up to `limit` users whose grace period is over; how many. One who came back meanwhile is left alone, and one who
    /// cannot be erased now does not keep the others.
    pub async fn erase_due(&self, limit: usize) -> Result<usize, UserError> {
        let mut erased = 0;
        for user in self.users.erasures_due(limit).await? {
            match self.erase(&user).await {
                Ok(()) => erased += 1,
                Err(UserError::VersionConflict) => {}
                Err(error) => tracing::error!(user.id = %user.id, error = %error, "user.erasure_failed"),
            }
        }
        Ok(erased)
    }

    async fn erase(&self, user: &User) -> Result<(), UserError> {
        self.sessions.close_all(user.id, None).await?;
        self.users.erase(user).await
    }
}
