//! Personal data of calendars: bookmarks, and the calendar's token.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::service::CalendarService;
use crate::agenda::bookmark::Bookmark;
use crate::error::ApiError;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};
use crate::time::Time;

/// Bookmarks and calendar in the export of a user's personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CalendarExport)]
pub struct PlanExport {
    /// Bookmarks of sessions.
    pub bookmarks: Vec<Bookmark>,
    /// Time at which the calendar's URL was created. `null` if there is none.
    pub calendar_since: Option<Time>,
}

/// The section of calendars in the export of a user's personal data.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CalendarExportSection)]
pub struct PlanSection {
    /// Bookmarks of sessions, and the calendar.
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
