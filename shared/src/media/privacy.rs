//! Personal data of a user: uploads.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::service::MediaService;
use super::view::MediaView;
use crate::error::ApiError;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};

/// Personal data that the media domain stores.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaExport {
    /// Uploads of the user.
    pub media: Vec<MediaView>,
}

impl PersonalData for MediaService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move { section(&MediaExport { media: self.everything(subject.user_id).await? }) })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { Ok(self.forget(subject.user_id).await?) })
    }
}
