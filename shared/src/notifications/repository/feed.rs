//! Feeds: each notification is an item. A local index has the unread ones, and counts them.

use super::NotificationRepository;
use crate::dynamo::{self, Entity, Expression, Key, OutboxMessage, Position, Query, Transaction};
use crate::id::UserId;
use crate::notifications::error::NotificationError;
use crate::notifications::keys;
use crate::notifications::model::{Category, Delivery, Notification, NotificationId};
use crate::notifications::newest::Succession;
use crate::notifications::notice::MAX_USERS;
use crate::time::Time;

// A notice to several users is one transaction: a notification and a message for each.
const _: () = assert!(2 * MAX_USERS <= dynamo::MAX_WRITES);

#[derive(Debug)]
pub enum Delivered {
    Already,
    /// Another notice about the same thing was stored in the meantime.
    Overtaken,
    Failed(dynamo::Error),
}

impl From<dynamo::Error> for Delivered {
    fn from(error: dynamo::Error) -> Self {
        Self::Failed(error)
    }
}

impl NotificationRepository {
    /// Writes notifications and overwrites existing ones. The caller must be the only writer, and no user may have read
    /// them yet.
    pub async fn deliver(&self, notifications: &[Notification]) -> Result<(), dynamo::Error> {
        self.notifications.batch_put(notifications, &self.random).await
    }

    /// The notifications among these that exist.
    pub async fn delivered(&self, notifications: &[Notification]) -> Result<Vec<Notification>, dynamo::Error> {
        let keys: Vec<Key> = notifications.iter().map(Entity::key).collect();
        self.notifications.batch_get(&keys, &self.random).await
    }

    /// Writes new notifications, each with the message that makes a worker send it, all or none: two writes each, and
    /// two for the succession. [`Delivered::Already`] if one of them exists.
    pub async fn deliver_new(
        &self,
        news: &[(Notification, Option<OutboxMessage>)],
        succession: Option<&Succession>,
    ) -> Result<(), Delivered> {
        let mut transaction = Transaction::new();
        for (notification, message) in news {
            transaction.put_if(&self.notifications, notification, &Expression::absent(), Delivered::Already);
            if let Some(message) = message {
                transaction.put(&self.notifications, message);
            }
        }
        self.succeed(&mut transaction, succession);
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

    pub async fn notification(&self, user: UserId, id: NotificationId) -> Result<Option<Notification>, dynamo::Error> {
        self.notifications.get(&keys::notification(user, id)).await
    }

    /// The number of a user's unread notifications.
    pub async fn unread(&self, user: UserId) -> Result<u64, dynamo::Error> {
        self.notifications.number_of(Query::local(keys::UNREAD, &keys::feed(user))).await
    }

    /// The ids of a user's unread notifications, oldest first.
    pub async fn unread_ids(&self, user: UserId) -> Result<Vec<NotificationId>, dynamo::Error> {
        let keys = self.notifications.keys_of(Query::local(keys::UNREAD, &keys::feed(user))).await?;
        Ok(keys.iter().filter_map(|key| key.sk.parse().ok()).collect())
    }

    /// Marks a notification as read, unless it is, and returns it; `None` if the feed does not show it.
    pub async fn read(
        &self,
        user: UserId,
        id: NotificationId,
        now: Time,
    ) -> Result<Option<Notification>, dynamo::Error> {
        let shown = Expression::new("#hidden = :no").name("#hidden", "hidden").value(":no", &false);
        dynamo::if_held(self.notifications.update(&keys::notification(user, id), &as_read(now), &shown).await)
    }

    /// Marks notifications as read that are in the feed, all or none, at most 100.
    pub async fn read_all(&self, user: UserId, ids: &[NotificationId], now: Time) -> Result<(), NotificationError> {
        let mut transaction = Transaction::new();
        let is_there = Expression::new("attribute_exists(pk)");
        for id in ids {
            let missing = NotificationError::NotFound("notification");
            transaction.update_if(
                &self.notifications,
                &keys::notification(user, *id),
                &as_read(now),
                &is_there,
                missing,
            );
        }
        transaction.run(&self.random).await
    }

    /// Changes the delivery of a single notification: false if it has changed since it was read.
    pub async fn change_delivery(&self, notification: &Notification, after: &Delivery) -> Result<bool, dynamo::Error> {
        let update = Expression::new("SET telegram = :after").value(":after", after);
        let mut same = Expression::new("telegram.#state = :state").name("#state", "state");
        same = same.text(":state", notification.telegram.state);
        if let Some(holder) = &notification.telegram.holder {
            same = same.and(Expression::new("telegram.holder = :holder").text(":holder", holder));
        }
        let changed = self.notifications.update::<Notification>(&notification.key(), &update, &same).await;
        Ok(dynamo::if_held(changed)?.is_some())
    }

    /// Deletes a user's feed and preferences.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        let all = self.notifications.keys(&keys::feed(user)).await?;
        self.notifications.batch_delete(&all, &self.random).await
    }
}

/// Marks a notification as read, unless it is, and removes it from the index of unread ones.
fn as_read(now: Time) -> Expression {
    Expression::new("SET read_at = if_not_exists(read_at, :now) REMOVE unread").text(":now", now)
}
