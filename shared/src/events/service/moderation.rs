//! Decisions of the organisers about events, and about revisions: what hosts of approved events want to change.

use super::{Access, EventService};
use crate::audit::model::Actor;
use crate::dynamo::Contention;
use crate::events::error::EventError;
use crate::events::messages;
use crate::events::model::{Approval, Event};
use crate::events::repository::EventChange;
use crate::events::revision::Revision;
use crate::events::view::EventView;
use crate::expected::Expected;
use crate::id::EventId;
use crate::text::Text;

pub(super) const ADMIN: Access = Access { user: None, admin: true };

/// A decision, with the reason that the host sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Approval, perhaps for a reason.
    Approved(Option<Text<500>>),
    /// Rejection.
    Rejected(Text<500>),
}

impl Verdict {
    const fn reason(&self) -> Option<&Text<500>> {
        match self {
            Self::Approved(reason) => reason.as_ref(),
            Self::Rejected(reason) => Some(reason),
        }
    }

    const fn approval(&self) -> Approval {
        match self {
            Self::Approved(_) => Approval::Approved,
            Self::Rejected(_) => Approval::Rejected,
        }
    }
}

impl EventService {
    /// Decides about an event at version `expected`, as its host may have changed it since it was read. The host is
    /// notified. Approving an approved event approves the changes that are public. An approved event may have guests, so
    /// it cannot be rejected.
    pub async fn decide(
        &self,
        actor: &Actor,
        id: EventId,
        verdict: &Verdict,
        expected: &Expected,
    ) -> Result<EventView, EventError> {
        let before = self.at_version(id, &ADMIN, expected).await?;
        if before.cancelled_at.is_some() {
            return Err(EventError::StateConflict("cancelled"));
        }
        let mut event = before.clone();
        let message = match (before.approval_status, verdict) {
            (Approval::Approved, Verdict::Rejected(_)) => return Err(EventError::StateConflict("approved")),
            (Approval::Approved, Verdict::Approved(_)) => {
                if event.unreviewed_since.take().is_none() {
                    return self.changed(event, &ADMIN).await;
                }
                // The public sees no difference.
                event.reviews += 1;
                None
            }
            (Approval::Pending | Approval::Rejected, _) => {
                (event.approval_status, event.decision_reason) = (verdict.approval(), verdict.reason().cloned());
                event.stamp(self.clock.now());
                Some(messages::of_decision(&event, &self.random)?)
            }
        };
        let action = match verdict {
            Verdict::Approved(_) => "event.approve",
            Verdict::Rejected(_) => "event.reject",
        };
        let entry = Some(self.entry(actor, action, &before, &event));
        self.repository.save(&EventChange { entry, ..EventChange::new(&before, &event, message) }).await?;
        tracing::info!(event.id = %id, approval = ?verdict.approval(), "event.decided");
        self.changed(event, &ADMIN).await
    }

    /// Decides about a revision at its version `expected`. An approved one applies to the event as it is now; else the
    /// event stays as it is. The host is notified.
    pub async fn decide_revision(
        &self,
        actor: &Actor,
        id: EventId,
        verdict: &Verdict,
        expected: &Expected,
    ) -> Result<EventView, EventError> {
        let (action, rejected) = match verdict {
            Verdict::Approved(_) => ("event_revision.approve", None),
            Verdict::Rejected(reason) => ("event_revision.reject", Some(reason)),
        };
        let mut contention = Contention::new(&self.random);
        loop {
            let (before, revision) = self.proposed(id, expected).await?;
            let (event, now) = (self.after_decision(&before, &revision, verdict).await?, self.clock.now());
            let mut change = self.change(&before, &event).await?;
            change.messages.push(messages::of_revision(&event, revision.version, rejected, now, &self.random)?);
            change.entry = Some(self.entry(actor, action, &before, &event));
            match self.repository.save(&change).await {
                Err(EventError::PreconditionFailed) if contention.wait().await => {}
                saved => {
                    saved?;
                    tracing::info!(event.id = %id, approval = ?verdict.approval(), "event.revision_decided");
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

    async fn after_decision(
        &self,
        before: &Event,
        revision: &Revision,
        verdict: &Verdict,
    ) -> Result<Event, EventError> {
        let mut event = before.clone();
        event.drop_revision();
        event.decision_reason = verdict.reason().cloned();
        if verdict.approval() == Approval::Approved {
            revision.changes.clone().apply(&mut event.details);
            self.check(&event.details, Some(&before.details)).await?;
            event.stamp(self.clock.now());
        }
        Ok(event)
    }
}
