//! What each user has caused, counted by day.

use super::NotificationRepository;
use crate::dynamo::{self, Expression};
use crate::id::UserId;
use crate::notifications::cause::Caused;
use crate::notifications::keys;

impl NotificationRepository {
    /// The messages that a user has caused.
    pub async fn caused(&self, user: UserId) -> Result<Option<Caused>, dynamo::Error> {
        self.ephemeral.get(&keys::caused(user)).await
    }

    /// Counts one more; false if another worker has counted since `before` was read.
    pub async fn count_caused(&self, before: Option<&Caused>, after: &Caused) -> Result<bool, dynamo::Error> {
        let same = match before {
            Some(before) => Expression::new("#day = :day AND #count = :count")
                .name("#day", "day")
                .name("#count", "count")
                .number(":day", before.day)
                .number(":count", before.count),
            None => Expression::absent(),
        };
        Ok(dynamo::if_held(self.ephemeral.put(after, &same).await)?.is_some())
    }
}
