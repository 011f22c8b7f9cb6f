//! Feeds: a notification is written once, together with the count of what is unread.

use super::NotificationRepository;
use crate::dynamo::{self, Entity, Expression, Key, OutboxMessage, Position, Query, Transaction};
use crate::id::{NotificationId, UserId};
use crate::notifications::error::NotificationError;
use crate::notifications::keys;
use crate::notifications::model::{Category, Delivery, FeedState, Notification};
use crate::time::Time;

/// Notifications written in one transaction: each is two writes of its 100.
const GROUP: usize = 49;

impl Entity for Notification {
    const NAME: &'static str = "notification";

    fn key(&self) -> Key {
        keys::notification(self.user_id, self.id)
    }
}

impl Entity for FeedState {
    const NAME: &'static str = "feed_state";

    fn key(&self) -> Key {
        keys::feed_state_in(&self.pk)
    }
}

/// Whether notifications were written.
#[derive(Debug)]
pub enum Delivered {
    /// This one was there already.
    Already,
    /// DynamoDB.
    Failed(dynamo::Error),
}

impl From<dynamo::Error> for Delivered {
    fn from(error: dynamo::Error) -> Self {
        Self::Failed(error)
    }
}

impl NotificationRepository {
    /// Writes notifications that are not there yet, each to a feed of its own, and answers those that were: at most 49 at once.
    pub async fn deliver(&self, notifications: &[Notification]) -> Result<Vec<Notification>, dynamo::Error> {
        let mut there = Vec::new();
        for group in notifications.chunks(GROUP) {
            match self.put_all(group.iter(), None).await {
                Ok(()) => {}
                Err(Delivered::Failed(error)) => return Err(error),
                Err(Delivered::Already) => {
                    // Somebody was interrupted here, or is on two pages: write the others.
                    let keys: Vec<Key> = group.iter().map(Entity::key).collect();
                    let found: Vec<Notification> = self.notifications.batch_get(&keys, &self.random).await?;
                    let missing = group
                        .iter()
                        .filter(|one| found.iter().all(|other| other.id != one.id || other.user_id != one.user_id));
                    there.extend(found.iter().cloned());
                    match self.put_all(missing, None).await {
                        Ok(()) => {}
                        Err(Delivered::Failed(error)) => return Err(error),
                        Err(Delivered::Already) => {
                            return Err(dynamo::Error::Busy("another worker writes the same feeds".to_owned()));
                        }
                    }
                }
            }
        }
        Ok(there)
    }

    /// Writes one notification with the message that has it sent; [`Delivered::Already`] when it is there.
    pub async fn deliver_one(&self, notification: &Notification, message: &OutboxMessage) -> Result<(), Delivered> {
        self.put_all([notification].into_iter(), Some(message)).await
    }

    async fn put_all(
        &self,
        notifications: impl Iterator<Item = &Notification>,
        message: Option<&OutboxMessage>,
    ) -> Result<(), Delivered> {
        let mut transaction = Transaction::new();
        for notification in notifications {
            transaction.put_if(&self.notifications, notification, &Expression::absent(), Delivered::Already);
            if !notification.hidden {
                let key = keys::feed_state(notification.user_id);
                transaction.update(&self.notifications, &key, &unread(1));
            }
        }
        if let Some(message) = message {
            transaction.put(&self.notifications, message);
        }
        transaction.run(&self.random).await
    }

    /// A page of a feed, newest first.
    pub async fn feed(
        &self,
        user: UserId,
        unread: bool,
        category: Option<Category>,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Notification>, dynamo::Error> {
        let shown = Expression::new("#hidden = :no").name("#hidden", "hidden").value(":no", &false);
        let mut query = Query::table(&keys::feed(user)).prefix(keys::NOTIFICATION).backward().filter(shown);
        if unread {
            query = query.filter(Expression::new("attribute_not_exists(read_at)"));
        }
        if let Some(category) = category {
            query = query.filter(Expression::new("category = :category").value(":category", &category));
        }
        self.notifications.query(query.limit(limit).after(after)).await
    }

    /// A notification.
    pub async fn notification(&self, user: UserId, id: NotificationId) -> Result<Option<Notification>, dynamo::Error> {
        self.notifications.get(&keys::notification(user, id)).await
    }

    /// How many notifications a user has not read.
    pub async fn unread(&self, user: UserId) -> Result<u64, dynamo::Error> {
        let state: Option<FeedState> = self.notifications.get(&keys::feed_state(user)).await?;
        Ok(state.map_or(0, |state| u64::try_from(state.unread).unwrap_or_default()))
    }

    /// Marks notifications as read, all or none, at most 99; [`NotificationError::VersionConflict`] when one was already, or is
    /// not there.
    pub async fn mark_read(&self, user: UserId, ids: &[NotificationId], now: Time) -> Result<(), NotificationError> {
        let mut transaction = Transaction::new();
        for id in ids {
            let update = Expression::new("SET read_at = :now").text(":now", now);
            let is_unread = Expression::new("attribute_exists(pk) AND attribute_not_exists(read_at)");
            let key = keys::notification(user, *id);
            transaction.update_if(&self.notifications, &key, &update, &is_unread, NotificationError::VersionConflict);
        }
        let fewer = unread(-i64::try_from(ids.len()).unwrap_or_default());
        transaction.update(&self.notifications, &keys::feed_state(user), &fewer);
        transaction.run(&self.random).await
    }

    /// Changes how the delivery of a single notification stands, if it is still as it was read: false otherwise.
    pub async fn change_delivery(&self, notification: &Notification, after: &Delivery) -> Result<bool, dynamo::Error> {
        let update = Expression::new("SET telegram = :after").value(":after", after);
        let mut same = Expression::new("telegram.#state = :state").name("#state", "state");
        same = same.text(":state", notification.telegram.state);
        if let Some(holder) = &notification.telegram.holder {
            same = same.and(Expression::new("telegram.holder = :holder").text(":holder", holder));
        }
        match self.notifications.update::<Notification>(&notification.key(), &update, &same).await {
            Ok(_) => Ok(true),
            Err(dynamo::Error::ConditionFailed) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes a user's feed and preferences.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        let all = self.notifications.keys(&keys::feed(user)).await?;
        self.notifications.batch_delete(&all, &self.random).await
    }
}

/// Counts so many more as unread, in the item that does it or in a new one.
fn unread(more: i64) -> Expression {
    Expression::new("ADD unread :more SET entity = :entity, v = :v")
        .number(":more", more)
        .text(":entity", FeedState::NAME)
        .number(":v", FeedState::VERSION)
}
