//! Sent reminders: a mark for each user and subject, written with the message in one transaction.

use std::collections::HashSet;

use super::NotificationRepository;
use crate::dynamo::{self, Expression, Key, OutboxMessage, Transaction};
use crate::id::UserId;
use crate::notifications::items::Reminded;
use crate::notifications::keys;
use crate::time::Time;

#[derive(Debug)]
pub enum NotReminded {
    Already,
    Failed(dynamo::Error),
}

impl From<dynamo::Error> for NotReminded {
    fn from(error: dynamo::Error) -> Self {
        Self::Failed(error)
    }
}

impl NotificationRepository {
    /// The users among these who were reminded of `of` at this start time.
    pub async fn reminded(
        &self,
        of: &str,
        starts_at: Time,
        users: &[UserId],
    ) -> Result<HashSet<UserId>, dynamo::Error> {
        let keys: Vec<Key> = users.iter().map(|user| keys::reminded(*user, of, starts_at)).collect();
        let marks: Vec<Reminded> = self.notifications.batch_get(&keys, &self.random).await?;
        Ok(marks.into_iter().map(|mark| mark.user_id).collect())
    }

    /// Writes new marks and the message to their users, all or none.
    pub async fn remind(&self, marks: &[Reminded], message: &OutboxMessage) -> Result<(), NotReminded> {
        let mut transaction = Transaction::new();
        for mark in marks {
            transaction.put_if(&self.notifications, mark, &Expression::absent(), NotReminded::Already);
        }
        transaction.put(&self.notifications, message);
        transaction.run(&self.random).await
    }
}
