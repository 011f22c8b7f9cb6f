//! Personal data of a user: Telegram groups that the account was seen in.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Membership;
use super::service::TelegramService;
use crate::error::ApiError;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};

/// Personal data that the telegram domain stores.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TelegramExport {
    /// Telegram groups that the bot has seen the user join or leave.
    pub telegram_groups: Vec<Membership>,
}

impl PersonalData for TelegramService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move {
            let telegram_groups = self.repository.memberships(subject.telegram_id).await?;
            section(&TelegramExport { telegram_groups })
        })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { Ok(self.repository.forget(subject.telegram_id).await?) })
    }
}
