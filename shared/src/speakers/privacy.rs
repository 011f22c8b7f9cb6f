//! Personal data of speakers: the link from a speaker to a user. The profile of the speaker belongs to the organisers,
//! and stays.

use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::SpeakerError;
use super::model::Speaker;
use super::service::SpeakerService;
use crate::error::ApiError;
use crate::expected::Expected;
use crate::personal_data::{ExportSection, PersonalData, Subject, section};

/// Speakers in the export of a user's personal data.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpeakerExport {
    /// Speakers that are linked to the user, at most one in a conference.
    pub speakers: Vec<Speaker>,
}

impl PersonalData for SpeakerService {
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>> {
        Box::pin(async move {
            let mut speakers = self.of_user(subject.user_id).await?;
            speakers.iter_mut().for_each(Speaker::hide_digest);
            section(&SpeakerExport { speakers })
        })
    }

    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move {
            for speaker in self.of_user(subject.user_id).await? {
                match self.link(None, speaker.id, None, &Expected::Any).await {
                    // An organiser deleted the speaker meanwhile.
                    Ok(_) | Err(SpeakerError::NotFound(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(())
        })
    }
}
