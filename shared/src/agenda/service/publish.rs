//! Publishing a release. The head, the release and its notices are one transaction.

use super::AgendaService;
use crate::agenda::error::AgendaError;
use crate::agenda::model::{Head, Release};
use crate::agenda::notices::notices;
use crate::agenda::release::next_release;
use crate::audit::model::{Actor, Changes};
use crate::dynamo::OutboxMessage;
use crate::expected::Expected;
use crate::text::Slug;

/// Fields of a release whose values the audit shows.
const SHOWN: [&str; 6] = ["number", "sessions", "added", "moved", "changed", "cancelled"];

impl AgendaService {
    /// Publishes the draft that is at version `expected`. Users who bookmarked a session that it moves or cancels get a
    /// notice.
    pub async fn publish(&self, actor: &Actor, conference: &Slug, expected: &Expected) -> Result<Release, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let (conference, loaded) = tokio::try_join!(exists, self.read(conference))?;
        if !expected.has(loaded.draft.version) {
            return Err(AgendaError::DraftChanged);
        }
        let current = self.released(&loaded.head).await?;
        let current = current.as_ref().map(|current| &current.agenda);
        let next = next_release(&loaded.draft, current, conference.timezone.clone(), self.clock.now());
        if next.changes.is_empty() {
            return Err(AgendaError::NothingToRelease);
        }
        let notices = notices(&next, conference.name.as_str());
        let messages = notices.into_iter().map(|notice| notice.outbox(&self.random));
        let messages = messages.collect::<Result<Vec<OutboxMessage>, _>>()?;
        let head = Head { version: loaded.head.version + 1, release: Some(next.release.number), ..loaded.head };
        let changes = Changes::between(None, Some(&next.release), &SHOWN);
        let entry = self.entry(actor, "agenda.release", &head.conference, "", changes);
        match self.repository.publish(&head, &next.agenda, &next.release, &messages, &entry).await {
            Ok(()) => {
                self.releases.see(&head.conference, next.release.number);
                Ok(next.release)
            }
            // Another request changed or released the draft, so it is no longer the one that `expected` names.
            Err(AgendaError::VersionConflict) => Err(AgendaError::DraftChanged),
            Err(error) => Err(error),
        }
    }
}
