//! What is kept of somebody's week: for export, and to be erased.

use serde::Serialize;
use utoipa::ToSchema;

use crate::agenda::bookmark::Bookmark;
use crate::agenda::service::Bookmarks;
use crate::calendar::repository::CalendarRepository;
use crate::dynamo;
use crate::id::UserId;
use crate::time::Time;

/// What is kept of somebody's week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanExport {
    /// The bookmarked sessions.
    pub bookmarks: Vec<Bookmark>,
    /// When the calendar's token was made, if it has one.
    pub calendar_since: Option<Time>,
}

/// Takes what is kept of somebody's week along, and away.
#[derive(Clone, Debug)]
pub struct PlanEraser {
    tokens: CalendarRepository,
    bookmarks: Bookmarks,
}

impl PlanEraser {
    /// Of these.
    pub fn new(tokens: CalendarRepository, bookmarks: Bookmarks) -> Self {
        Self { tokens, bookmarks }
    }

    /// All of it.
    pub async fn everything(&self, user: UserId) -> Result<PlanExport, dynamo::Error> {
        let (bookmarks, access) = tokio::try_join!(self.bookmarks.everything(user), self.tokens.access(user))?;
        Ok(PlanExport { bookmarks, calendar_since: access.map(|access| access.created_at) })
    }

    /// Deletes all of it.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        self.tokens.forget(user).await?;
        self.bookmarks.forget(user).await
    }
}
