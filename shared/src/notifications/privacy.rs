//! Personal data: a user's feed and preferences. Jobs keep the user's id.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::NotificationError;
use super::model::Notification;
use super::preferences::Choices;
use super::service::NotificationService;
use super::view::FeedItem;
use crate::error::ApiError;
use crate::id::UserId;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};

/// Notifications read in one request.
const READ: usize = 300;

/// A user's notifications and preferences.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotificationExport {
    /// The user's preferences.
    pub notification_preferences: Choices,
    /// All notifications of the user.
    pub notifications: Vec<FeedItem>,
}

impl PersonalData for NotificationService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move {
            let (notification_preferences, all) = self.everything(subject.user_id).await?;
            let notifications = all.into_iter().map(FeedItem::from).collect();
            section(&NotificationExport { notification_preferences, notifications })
        })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { Ok(self.repository.forget(subject.user_id).await?) })
    }
}

impl NotificationService {
    async fn everything(&self, user: UserId) -> Result<(Choices, Vec<Notification>), NotificationError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let found = self.repository.feed(user, false, None, READ, after).await?;
            all.extend(found.items);
            if found.last.is_none() {
                return Ok((self.choices(user).await?, all));
            }
            after = found.last;
        }
    }
}
