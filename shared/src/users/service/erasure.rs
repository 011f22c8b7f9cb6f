//! Leaving: an erasure is asked for, may be called off by logging in, and is carried out when the grace period has ended.

use super::UserService;
use crate::id::UserId;
use crate::users::error::UserError;
use crate::users::model::User;

/// Between asking for an erasure and its being carried out, in seconds: 7 days.
const GRACE: i64 = 7 * 24 * 3600;

impl UserService {
    /// Schedules the erasure, and hides the user from others at once. Asking again does not postpone it.
    pub async fn schedule_erasure(&self, id: UserId) -> Result<User, UserError> {
        let after = self.clock.now().plus_seconds(GRACE);
        self.change(id, None, |user| user.erase_after = user.erase_after.or(Some(after))).await
    }

    /// Up to `limit` users whose erasure is due, longest due first.
    pub async fn erasures_due(&self, limit: usize) -> Result<Vec<User>, UserError> {
        Ok(self.repository.erasures_due(self.clock.now(), limit).await?)
    }

    /// Begins to erase a user read by [`Self::erasures_due`]: the claims go, in one write that fails if the user came back meanwhile. From
    /// then on it cannot be called off, and whoever is interrupted goes on at the next run.
    pub async fn begin_erasure(&self, user: &User) -> Result<(), UserError> {
        if user.erased {
            return Ok(());
        }
        let mut erased = user.clone();
        erased.erased = true;
        erased.stamp(self.clock.now());
        self.repository.save(user, &erased).await
    }

    /// Deletes what is left of a user whose erasure has begun.
    pub async fn finish_erasure(&self, id: UserId) -> Result<(), UserError> {
        self.repository.delete_all(id).await?;
        tracing::info!(user.id = %id, "user.erased");
        Ok(())
    }
}
