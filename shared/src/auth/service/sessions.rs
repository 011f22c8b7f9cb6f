//! Login sessions of a user: list and end them.

use super::AuthService;
use crate::auth::error::AuthError;
use crate::auth::model::{AuthenticatedUser, Credential, Session};
use crate::auth::repository::AuthRepository;
use crate::dynamo;
use crate::id::{SessionId, UserId};
use crate::platform::Platform;
use crate::time::Clock;
use crate::users::standing::Kept;

/// Sessions.
#[derive(Clone, Debug)]
pub struct SessionService {
    repository: AuthRepository,
    clock: Clock,
}

impl SessionService {
    /// On this platform.
    pub fn new(platform: &Platform) -> Self {
        Self { repository: AuthRepository::new(platform), clock: platform.clock.clone() }
    }

    /// A user's sessions, oldest first.
    pub async fn list(&self, user: UserId) -> Result<Vec<Session>, dynamo::Error> {
        self.repository.sessions(user, self.clock.now()).await
    }

    /// Ends a session; [`AuthError::SessionNotFound`] if the user has no such session.
    pub async fn close(&self, user: UserId, id: SessionId) -> Result<(), AuthError> {
        let was_open = self.repository.close(user, id, self.clock.now()).await?;
        if was_open { Ok(()) } else { Err(AuthError::SessionNotFound) }
    }

    /// Ends all sessions of a user but `except`.
    pub async fn close_all(&self, user: UserId, except: Option<SessionId>) -> Result<(), dynamo::Error> {
        self.repository.close_all(user, except, false, self.clock.now()).await
    }
}

impl AuthService {
    /// Logs a user out everywhere but where the call comes from: other sessions end, and so do init data and calendar
    /// addresses of before.
    pub async fn log_out_elsewhere(&self, user: &AuthenticatedUser) -> Result<(), AuthError> {
        let kept = match &user.credential {
            Credential::Session(session) => Kept::Session(*session),
            Credential::InitData { signed_at, fingerprint } => {
                Kept::InitData { signed_at: *signed_at, fingerprint: fingerprint.clone() }
            }
        };
        self.users.revoke_logins(user.id, &kept).await?;
        Ok(self.repository.close_all(user.id, user.session(), true, self.clock.now()).await?)
    }
}
