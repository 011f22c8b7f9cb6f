//! Login sessions of a user: list and end them.

use crate::auth::error::AuthError;
use crate::auth::model::Session;
use crate::auth::repository::AuthRepository;
use crate::dynamo;
use crate::id::{SessionId, UserId};
use crate::platform::Platform;
use crate::time::Clock;

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
        let session = self.repository.session(user, id, self.clock.now()).await?;
        session.ok_or(AuthError::SessionNotFound)?;
        Ok(self.repository.close(user, id, self.clock.now()).await?)
    }

    /// Ends a session, if it has not ended yet.
    pub async fn close_if_open(&self, user: UserId, id: SessionId) -> Result<(), dynamo::Error> {
        self.repository.close(user, id, self.clock.now()).await
    }

    /// Ends all sessions of a user but `except`.
    pub async fn close_all(&self, user: UserId, except: Option<SessionId>) -> Result<(), dynamo::Error> {
        self.repository.close_all(user, except, self.clock.now()).await
    }
}
