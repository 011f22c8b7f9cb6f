//! Decisions of the organisers about revisions: what hosts of approved events want to change.

use super::EventService;
use super::moderation::ADMIN;
use crate::dynamo::Contention;
use crate::events::error::EventError;
use crate::events::messages;
use crate::events::model::Event;
use crate::events::repository::EventChange;
use crate::events::revision::Revision;
use crate::events::view::EventView;
use crate::expected::Expected;
use crate::id::EventId;
use crate::text::Text;

impl EventService {
    /// Approves a revision at its version `expected`. It applies to the event as it is now. The host is notified.
    pub async fn approve_revision(
        &self,
        id: EventId,
        reason: Option<Text<500>>,
        expected: &Expected,
    ) -> Result<EventView, EventError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let (before, revision) = self.proposed(id, expected).await?;
            let mut event = before.clone();
            event.drop_revision();
            revision.changes.apply(&mut event.details);
            self.check(&event.details, Some(&before.details)).await?;
            event.decision_reason.clone_from(&reason);
            event.stamp(self.clock.now());
            let mut change = self.change(&before, &event).await?;
            change.messages.push(messages::of_revision(
                &event,
                revision.version,
                None,
                event.updated_at,
                &self.random,
            )?);
            match self.repository.save(&change).await {
                Err(EventError::PreconditionFailed) if contention.wait().await => {}
                saved => {
                    saved?;
                    tracing::info!(event.id = %id, "event.revision_approved");
                    return self.changed(event, &ADMIN).await;
                }
            }
        }
    }

    /// Rejects a revision at its version `expected`. The event stays as it is. The host is notified of the reason.
    pub async fn reject_revision(
        &self,
        id: EventId,
        reason: Text<500>,
        expected: &Expected,
    ) -> Result<EventView, EventError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let (before, revision) = self.proposed(id, expected).await?;
            let mut event = before.clone();
            event.drop_revision();
            let (version, now) = (revision.version, self.clock.now());
            let message = messages::of_revision(&event, version, Some(&reason), now, &self.random)?;
            event.decision_reason = Some(reason.clone());
            match self.repository.save(&EventChange::new(&before, &event, Some(message))).await {
                Err(EventError::PreconditionFailed) if contention.wait().await => {}
                saved => {
                    saved?;
                    tracing::info!(event.id = %id, "event.revision_rejected");
                    return self.changed(event, &ADMIN).await;
                }
            }
        }
    }

    /// An event with its revision. A revision that was replaced, decided or dropped is not the one that was read.
    async fn proposed(&self, id: EventId, expected: &Expected) -> Result<(Event, Revision), EventError> {
        let event = self.owned(id, &ADMIN).await?;
        let revision = event.revision.clone().filter(|revision| expected.has(revision.version));
        Ok((event, revision.ok_or(EventError::PreconditionFailed)?))
    }
}
