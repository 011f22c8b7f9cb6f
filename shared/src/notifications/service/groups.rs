//! Groups that the bot posts in: a group that becomes a supergroup gets another id.

use crate::dynamo;
use crate::notifications::repository::NotificationRepository;

/// Knows where groups went.
#[derive(Clone, Debug)]
pub struct Groups {
    repository: NotificationRepository,
}

impl Groups {
    /// Of this repository.
    pub fn new(repository: NotificationRepository) -> Self {
        Self { repository }
    }

    /// Remembers that a group's chat moved: announcements follow it.
    pub async fn moved(&self, from: i64, to: i64) -> Result<(), dynamo::Error> {
        self.repository.move_chat(from, to).await
    }
}
