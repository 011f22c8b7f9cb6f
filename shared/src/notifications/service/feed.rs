//! A user's own notifications and preferences.

use super::NotificationService;
use crate::dynamo::Position;
use crate::id::UserId;
use crate::notifications::error::NotificationError;
use crate::notifications::model::{Category, Notification, NotificationId};
use crate::notifications::preferences::{Choices, Preferences};
use crate::page::{Page, PageRequest};

/// Notifications marked as read in one transaction: the most that DynamoDB allows.
const GROUP: usize = 100;
/// Notifications marked as read by one request. The answer says how many are left.
const MARKED: usize = 1_000;
/// Notifications read in one request with a filter, which leaves few of them.
const FILTERED_READ: usize = 300;

/// The filters of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedQuery {
    /// Unread notifications only.
    pub unread: bool,
    /// One category only.
    pub category: Option<Category>,
}

impl NotificationService {
    /// A page of a user's feed, newest first. A filtered page can have fewer items than the limit although there are
    /// more pages.
    pub async fn feed(
        &self,
        user: UserId,
        query: FeedQuery,
        page: &PageRequest,
    ) -> Result<Page<Notification>, NotificationError> {
        let context = [format!("feed:{query:?}"), user.to_string()];
        let after = page.after(&context)?;
        let is_filtered = query.unread || query.category.is_some();
        let read = if is_filtered { FILTERED_READ } else { page.limit + 1 };
        let found = self.repository.feed(user, query.unread, query.category, read, after).await?;
        let (mut items, mut next) = (found.items, found.last);
        if items.len() > page.limit {
            items.truncate(page.limit);
            next = items.last().map(Position::of_table);
        }
        Ok(page.page(&context, items, next))
    }

    /// The number of unread notifications.
    pub async fn unread_count(&self, user: UserId) -> Result<u64, NotificationError> {
        Ok(self.repository.unread(user).await?)
    }

    /// Marks a notification as read, unless it is read already.
    pub async fn read(&self, user: UserId, id: NotificationId) -> Result<Notification, NotificationError> {
        let read = self.repository.read(user, id, self.clock.now()).await?;
        read.ok_or(NotificationError::NotFound("notification"))
    }

    /// Marks all notifications as read, up to 1,000, and answers how many are left.
    pub async fn read_all(&self, user: UserId) -> Result<u64, NotificationError> {
        let ids = self.repository.unread_ids(user).await?;
        for group in ids[..ids.len().min(MARKED)].chunks(GROUP) {
            match self.repository.read_all(user, group, self.clock.now()).await {
                // The feed is being erased.
                Ok(()) | Err(NotificationError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.unread_count(user).await
    }

    /// The user's preferences, or the default.
    pub async fn choices(&self, user: UserId) -> Result<Choices, NotificationError> {
        Ok(self.repository.preferences(user).await?.map(|stored| stored.choices).unwrap_or_default())
    }

    /// Replaces the user's preferences.
    pub async fn choose(&self, user: UserId, choices: Choices) -> Result<Choices, NotificationError> {
        let preferences = Preferences { user_id: user, choices, updated_at: self.clock.now() };
        self.repository.save_preferences(&preferences).await?;
        Ok(preferences.choices)
    }
}
