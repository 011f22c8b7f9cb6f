//! What is held of a person: the profile, the address that waits for its code, and the links they came by.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::contact::EmailAddress;
use super::model::Start;
use super::service::UserService;
use super::view::OwnUser;
use crate::error::ApiError;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};

/// What users hold of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserExport {
    /// The profile.
    pub user: OwnUser,
    /// The address whose code has not come back yet.
    pub pending_email: Option<EmailAddress>,
    /// The links the user came by.
    pub starts: Vec<Start>,
}

impl PersonalData for UserService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move {
            let id = subject.user_id;
            let (user, pending_email, starts) =
                tokio::try_join!(self.get(id), self.pending_email(id), self.starts(id))?;
            section(&UserExport { user: user.into(), pending_email, starts })
        })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move { Ok(self.finish_erasure(subject.user_id).await?) })
    }
}
