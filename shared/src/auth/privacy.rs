//! Personal data of a user: login sessions.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Session;
use super::service::SessionService;
use crate::error::ApiError;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};

/// Personal data that the auth domain stores.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LoginSessionExport)]
pub struct SessionExport {
    /// Login sessions of the user.
    pub sessions: Vec<Session>,
}

impl PersonalData for SessionService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move { section(&SessionExport { sessions: self.list(subject.user_id).await? }) })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { Ok(self.close_all(subject.user_id, None).await?) })
    }
}
