//! Decisions of the organisers about events.

use super::{Actor, EventService};
use crate::events::error::EventError;
use crate::events::messages;
use crate::events::model::{Approval, Event};
use crate::events::repository::EventChange;
use crate::events::view::EventView;
use crate::expected::Expected;
use crate::id::EventId;
use crate::text::Text;

pub(super) const ADMIN: Actor = Actor { user: None, admin: true };

impl EventService {
    /// Approves an event at version `expected`, as its host may have changed it since it was read. Of an approved
    /// event,
    /// it approves the changes that are public.
    pub async fn approve(
        &self,
        id: EventId,
        reason: Option<Text<500>>,
        expected: &Expected,
    ) -> Result<EventView, EventError> {
        let event = self.undecided(id, expected).await?;
        if event.approval_status == Approval::Approved {
            return self.review(event).await;
        }
        self.decide(event, Approval::Approved, reason).await
    }

    /// Rejects an event at version `expected`, and notifies its host. An approved event may have guests, so it is
    /// cancelled instead.
    pub async fn reject(&self, id: EventId, reason: Text<500>, expected: &Expected) -> Result<EventView, EventError> {
        let event = self.undecided(id, expected).await?;
        if event.approval_status == Approval::Approved {
            return Err(EventError::StateConflict("approved"));
        }
        self.decide(event, Approval::Rejected, Some(reason)).await
    }

    /// Ends the wait of an approved event for a review. The public sees no difference.
    async fn review(&self, before: Event) -> Result<EventView, EventError> {
        let mut event = before.clone();
        if event.unreviewed_since.take().is_some() {
            event.reviews += 1;
            self.repository.save(&EventChange::new(&before, &event, None)).await?;
        }
        self.changed(event, &ADMIN).await
    }

    async fn undecided(&self, id: EventId, expected: &Expected) -> Result<Event, EventError> {
        let event = self.at_version(id, &ADMIN, expected).await?;
        if event.cancelled_at.is_some() { Err(EventError::StateConflict("cancelled")) } else { Ok(event) }
    }

    async fn decide(
        &self,
        before: Event,
        approval: Approval,
        reason: Option<Text<500>>,
    ) -> Result<EventView, EventError> {
        let mut event = before.clone();
        (event.approval_status, event.decision_reason) = (approval, reason);
        event.stamp(self.clock.now());
        let message = messages::of_decision(&event, &self.random)?;
        self.repository.save(&EventChange::new(&before, &event, Some(message))).await?;
        tracing::info!(event.id = %event.id, approval = ?approval, "event.decided");
        self.changed(event, &ADMIN).await
    }
}
