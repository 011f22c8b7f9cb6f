//! What is kept of somebody's week: for export, and to be erased.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::service::CalendarService;
use crate::agenda::bookmark::Bookmark;
use crate::error::ApiError;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};
use crate::time::Time;

/// What is kept of somebody's week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanExport {
    /// The bookmarked sessions.
    pub bookmarks: Vec<Bookmark>,
    /// When the calendar's token was made, if it has one.
    pub calendar_since: Option<Time>,
}

/// The export's section.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanSection {
    /// The sessions that the user bookmarked, and the calendar they are in.
    pub plan: PlanExport,
}

impl PersonalData for CalendarService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move {
            let user = subject.user_id;
            let (bookmarks, access) = tokio::try_join!(self.bookmarks.everything(user), self.tokens.access(user))?;
            let plan = PlanExport { bookmarks, calendar_since: access.map(|access| access.created_at) };
            section(&PlanSection { plan })
        })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move {
            self.tokens.forget(subject.user_id).await?;
            Ok(self.bookmarks.forget(subject.user_id).await?)
        })
    }
}
