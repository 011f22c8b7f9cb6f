//! A side event: its host's description, and the decision of the organisers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::details::Details;
use super::patch::EventPatch;
use super::revision::{self, Revision};
use crate::id::{EventId, UserId};
use crate::text::{Slug, Text};
use crate::time::Time;
use crate::url::HttpsUrl;

/// Decision of the organisers about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SideEventApprovalStatus)]
pub enum Approval {
    /// No decision yet. Only the host and admins see the event.
    Pending,
    /// Everybody sees the event.
    Approved,
    /// Only the host and admins see the event, with the reason.
    Rejected,
}

/// Status of an event. It follows from the time, unless the event is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SideEventStatus)]
pub enum Status {
    /// The event has not started.
    Upcoming,
    /// The event has started and not ended.
    Ongoing,
    /// The event has ended.
    Past,
    /// The event is cancelled.
    Cancelled,
}

/// A side event: one item, versioned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are documented where they are shown, in EventView")]
pub struct Event {
    pub id: EventId,
    pub slug: Slug,
    #[serde(flatten)]
    pub details: Details,
    pub host_id: UserId,
    pub approval_status: Approval,
    /// The organisers' reason for their decision.
    pub decision_reason: Option<Text<500>>,
    pub cancelled_at: Option<Time>,
    /// What the host wants to change and organisers have not decided yet. Only the host and organisers see it.
    pub revision: Option<Revision>,
    /// Since when changes of the host are public that no organiser has reviewed.
    pub unreviewed_since: Option<Time>,
    /// One more with each change that the public does not see: of the revision, or a review. It never restarts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reviews: u64,
    /// One more with each change that the public may see.
    pub version: u64,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Event {
    /// The status at a time.
    pub fn status(&self, now: Time) -> Status {
        match &self.details {
            _ if self.cancelled_at.is_some() => Status::Cancelled,
            details if now < details.starts_at => Status::Upcoming,
            details if now < details.ends_at => Status::Ongoing,
            _ => Status::Past,
        }
    }

    /// Whether everybody sees it. A cancelled event stays visible, so that guests learn of it.
    pub fn is_public(&self) -> bool {
        self.approval_status == Approval::Approved
    }

    /// Whether organisers and host allow registrations. The time is not considered.
    pub fn takes_registrations(&self) -> bool {
        self.is_public() && self.cancelled_at.is_none()
    }

    /// Whether guests are told of changes at a time.
    pub fn tells_changes(&self, now: Time) -> bool {
        self.takes_registrations() && now < self.details.ends_at
    }

    /// Whether users can register at a time, and free seats go to the waitlist.
    pub fn is_open(&self, now: Time) -> bool {
        self.takes_registrations() && self.status(now) == Status::Upcoming
    }

    /// A time in the event's time zone, for people: `Tue 1 Dec 2026, 18:30`.
    pub fn when(&self, time: Time) -> String {
        self.details.timezone.at(time).strftime("%a %-d %b %Y, %H:%M").to_string()
    }

    /// The link that opens the event in the mini app at `app`. The id fits, as a start parameter has only letters,
    /// digits, `_` and `-`.
    pub fn link(&self, app: &HttpsUrl) -> String {
        format!("{app}?startapp=event_{}", self.id)
    }

    /// Since when a revision or a change waits for organisers.
    pub fn waits_for_review_since(&self) -> Option<Time> {
        let proposed = self.revision.as_ref().map(|revision| revision.proposed_at);
        proposed.into_iter().chain(self.unreviewed_since).min()
    }

    /// The description with the pending revision.
    pub fn revised(&self) -> Details {
        let mut details = self.details.clone();
        if let Some(revision) = &self.revision {
            revision.changes.clone().apply(&mut details);
        }
        details
    }

    /// Edits an approved event as its host wants: what may not change at once becomes the revision.
    pub fn propose(&mut self, wanted: &Details, now: Time) {
        let before = self.details.clone();
        revision::at_once(&mut self.details, wanted);
        if self.details != before {
            self.unreviewed_since.get_or_insert(now);
        }
        self.revise(EventPatch::between(&self.details, wanted), now);
    }

    /// Drops from the revision what the event says by now.
    pub fn rebase(&mut self, now: Time) {
        let wanted = self.revised();
        self.revise(EventPatch::between(&self.details, &wanted), now);
    }

    /// Cancels it. Nothing waits for a review any more.
    pub fn cancel(&mut self, now: Time) {
        self.cancelled_at = Some(now);
        self.unreviewed_since = None;
        self.drop_revision();
    }

    /// Ends the revision.
    pub fn drop_revision(&mut self) -> Option<Revision> {
        let dropped = self.revision.take();
        self.reviews += u64::from(dropped.is_some());
        dropped
    }

    /// Makes these the pending changes. The same changes again are the same revision.
    fn revise(&mut self, changes: EventPatch, now: Time) {
        if changes == EventPatch::default() {
            self.drop_revision();
            return;
        }
        if self.revision.as_ref().is_some_and(|revision| revision.changes == changes) {
            return;
        }
        self.reviews += 1;
        let proposed_at = self.revision.as_ref().map_or(now, |revision| revision.proposed_at);
        self.revision = Some(Revision { version: self.reviews, changes, proposed_at });
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
