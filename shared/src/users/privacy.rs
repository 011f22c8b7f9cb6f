//! Personal data of a user: profile, address that is not verified yet, and start parameters.

use serde::Serialize;
use utoipa::ToSchema;

use super::contact::EmailAddress;
use super::model::User;
use super::service::UserService;
use super::start::Start;
use super::view::OwnUser;
use crate::error::ApiError;
use crate::personal_data::{ExportSection, section};

/// Personal data that the users domain stores.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserExport {
    /// Profile of the user.
    pub user: OwnUser,
    /// Email address that is not verified yet, if a verification is open.
    pub pending_email: Option<EmailAddress>,
    /// Start parameters of the links by which the user opened the app or the bot.
    pub starts: Vec<Start>,
}

impl UserService {
    /// Personal data of this user, whose profile was just read.
    pub async fn export(&self, user: User) -> Result<ExportSection, ApiError> {
        let (pending_email, starts) = tokio::try_join!(self.pending_email(user.id), self.starts(user.id))?;
        section(&UserExport { user: user.into(), pending_email, starts })
    }
}
