//! Erasure: a user requests it, may cancel it, and it happens at the end of the grace period.

use super::UserService;
use crate::expected::Expected;
use crate::id::UserId;
use crate::users::error::UserError;
use crate::users::model::User;

/// Grace period between the request and the erasure, in seconds: 7 days.
const GRACE: i64 = 7 * 24 * 3600;

/// Seconds from the start of an erasure to its last look: requests of the user that were under way have ended by then,
/// and
/// the indexes that list the user's items have caught up.
const LAST_LOOK: i64 = 60;

impl UserService {
    /// Schedules the erasure, and hides the user from others at once. A second request does not postpone it.
    pub async fn schedule_erasure(&self, id: UserId) -> Result<User, UserError> {
        let after = self.clock.now().plus_seconds(GRACE);
        self.change(id, &Expected::Any, |user| user.erase_after = user.erase_after.or(Some(after))).await
    }

    /// Keeps the account of a user who requested erasure. An account that is not due for erasure stays as it is.
    pub async fn cancel_erasure(&self, id: UserId) -> Result<User, UserError> {
        self.change(id, &Expected::Any, |user| user.erase_after = None).await
    }

    /// Up to `limit` users whose erasure is due, longest due first.
    pub async fn erasures_due(&self, limit: usize) -> Result<Vec<User>, UserError> {
        Ok(self.repository.erasures_due(self.clock.now(), limit).await?)
    }

    /// Begins the erasure of a user from [`Self::erasures_due`]. One write deletes the claims, and fails if the user
    /// has cancelled it since. After it the erasure cannot be cancelled. It is due once more a minute later.
    pub async fn begin_erasure(&self, user: &User) -> Result<(), UserError> {
        let mut erased = user.clone();
        let now = self.clock.now();
        (erased.erased, erased.erase_after) = (true, Some(now.plus_seconds(LAST_LOOK)));
        erased.stamp(now);
        self.repository.save(user, &erased).await
    }

    /// Deletes what is left of a user whose erasure has begun.
    pub async fn finish_erasure(&self, id: UserId) -> Result<(), UserError> {
        self.repository.delete_all(id).await?;
        tracing::info!(user.id = %id, "user.erased");
        Ok(())
    }
}
