//! Publishing a release: the pointer to it, the release itself and what is to be told of it, all in one transaction.

use super::AgendaService;
use crate::agenda::error::AgendaError;
use crate::agenda::model::{Head, Release};
use crate::agenda::notices::notices;
use crate::agenda::release::next;
use crate::dynamo::{self, OutboxMessage};
use crate::text::Slug;

impl AgendaService {
    /// Publishes the draft that is at version `expected`. Those who bookmarked a session that moves or is cancelled are told.
    pub async fn publish(&self, conference: &Slug, expected: u64) -> Result<Release, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let (conference, loaded) = tokio::try_join!(exists, self.read(conference))?;
        if loaded.draft.version != expected {
            return Err(AgendaError::PreconditionFailed);
        }
        let current = self.released(&loaded.head).await?;
        let next = next(&loaded.draft, current.as_ref(), conference.timezone.clone(), self.clock.now());
        if next.changes.is_empty() {
            return Err(AgendaError::NothingToRelease);
        }
        let notices = notices(&next, conference.name.as_str())
            .map_err(|error| dynamo::Error::Encode { entity: "notice", reason: error.to_string() })?;
        let messages: Result<Vec<OutboxMessage>, _> =
            notices.into_iter().map(|notice| notice.outbox(&self.random)).collect();
        let head = Head { version: loaded.head.version + 1, release: Some(next.release.number), ..loaded.head };
        match self.repository.publish(&head, &next.agenda, &next.release, &messages?).await {
            Ok(()) => Ok(next.release),
            // Whoever was faster changed the draft, or released it.
            Err(AgendaError::VersionConflict) => Err(AgendaError::PreconditionFailed),
            Err(error) => Err(error),
        }
    }
}
