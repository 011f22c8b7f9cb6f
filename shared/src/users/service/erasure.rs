//! Erasure: a user requests it, a login cancels it, and it happens at the end of the grace period.

use super::UserService;
use crate::expected::Expected;
use crate::id::UserId;
use crate::users::error::UserError;
use crate::users::model::User;

/// Grace period between the request and the erasure, in seconds: 7 days.
const GRACE: i64 = 7 * 24 * 3600;

impl UserService {
    /// Schedules the erasure, and hides the user from others at once. A second request does not postpone it.
    pub async fn schedule_erasure(&self, id: UserId) -> Result<User, UserError> {
        let after = self.clock.now().plus_seconds(GRACE);
        self.change(id, &Expected::Any, |user| user.erase_after = user.erase_after.or(Some(after))).await
    }

    /// Up to `limit` users whose erasure is due, longest due first.
    pub async fn erasures_due(&self, limit: usize) -> Result<Vec<User>, UserError> {
        Ok(self.repository.erasures_due(self.clock.now(), limit).await?)
    }

    /// Begins the erasure of a user from [`Self::erasures_due`]. One write deletes the claims, and fails if the user
    /// has logged in since. After it the erasure cannot be cancelled, and the next run continues it if it is
    /// interrupted.
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
