//! Who was reminded of what: a mark for each, put together with the message.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::NotificationRepository;
use crate::dynamo::{self, Entity, Expression, Key, OutboxMessage, Transaction};
use crate::id::UserId;
use crate::notifications::keys;
use crate::time::Time;

/// How long a mark is kept after what it is about has begun, in seconds: nobody is reminded any more then.
const KEPT_FOR: i64 = 24 * 3600;

/// That a user was reminded of something that begins at a time. At another time it is worth another reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// Who.
    pub user_id: UserId,
    /// Of what.
    pub of: String,
    /// When it begins.
    pub starts_at: Time,
}

impl Entity for Reminded {
    const NAME: &'static str = "reminded";

    fn key(&self) -> Key {
        keys::reminded(self.user_id, &self.of, self.starts_at)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.starts_at.plus_seconds(KEPT_FOR).seconds())
    }
}

/// Why nobody was reminded.
#[derive(Debug)]
pub enum NotReminded {
    /// One of them was, before.
    Already,
    /// DynamoDB.
    Failed(dynamo::Error),
}

impl From<dynamo::Error> for NotReminded {
    fn from(error: dynamo::Error) -> Self {
        Self::Failed(error)
    }
}

impl NotificationRepository {
    /// Which of these users were reminded of something that begins then.
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

    /// Puts marks that are not there and the messages that go with them, all or none: two writes each.
    pub async fn remind(&self, reminders: &[(Reminded, OutboxMessage)]) -> Result<(), NotReminded> {
        let mut transaction = Transaction::new();
        for (mark, message) in reminders {
            transaction.put_if(&self.notifications, mark, &Expression::absent(), NotReminded::Already);
            transaction.put(&self.notifications, message);
        }
        transaction.run(&self.random).await
    }
}
