//! Writing events: new ones, changes, cancellations, copies.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Access, Caller, EventService};
use crate::attempt;
use crate::dynamo::Contention;
use crate::events::details::Details;
use crate::events::error::EventError;
use crate::events::messages;
use crate::events::model::{Approval, Event};
use crate::events::patch::EventPatch;
use crate::events::repository::EventChange;
use crate::events::telling::Telling;
use crate::events::view::EventView;
use crate::expected::Expected;
use crate::id::{EventId, UserId};
use crate::text::{Line, Slug, set};
use crate::time::Time;

/// Slugs to try for one title. The second has a random suffix, so more tries are hardly ever needed.
const SLUG_TRIES: usize = 5;
/// Routes have these names: `/events/mine`.
const RESERVED: [&str; 2] = ["mine", "reviews"];

/// Differences between a copy of a side event and its original.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SideEventCopy, example = json!({"title": "Rust on Chain, day 2", "starts_at": "2026-12-02T13:00:00Z"}))]
pub struct Copy {
    /// Title of the copy. Default: the title of the original.
    pub title: Option<Line<120>>,
    /// Start of the copy, which has the duration of the original. Default: the start of the original.
    pub starts_at: Option<Time>,
}

impl EventService {
    /// Creates an event, which waits for the organisers' approval.
    pub async fn create(&self, details: Details, host: UserId) -> Result<EventView, EventError> {
        self.check(&details, None).await?;
        self.store_new(details, host).await
    }

    /// Copies an event of the host without its registrations. The description was checked when the original was
    /// written. A start in the past can be changed until the copy is approved.
    pub async fn duplicate(&self, id: EventId, host: UserId, copy: Copy) -> Result<EventView, EventError> {
        let original = self.owned(id, &Access { user: Some(host), admin: false }).await?;
        let mut details = original.details;
        set(&mut details.title, copy.title);
        if let Some(start) = copy.starts_at {
            if start <= self.clock.now() {
                return Err(EventError::Flawed(vec![("starts_at", "must be in the future")]));
            }
            if !start.is_plausible() {
                return Err(EventError::Flawed(vec![("starts_at", "must be between 1970 and 2199")]));
            }
            details.ends_at = start.plus(details.starts_at.until(details.ends_at));
            details.starts_at = start;
        }
        self.store_new(details, host).await
    }

    /// Changes an event at version `expected`. Of an approved event, the host changes time, capacity and place; the rest
    /// becomes the revision. A rejected event waits for approval again. Guests are notified of another time or place.
    /// Seats that become free are offered.
    pub async fn update(
        &self,
        caller: &Caller,
        id: EventId,
        patch: EventPatch,
        expected: &Expected,
    ) -> Result<EventView, EventError> {
        let access = &caller.access;
        let mut contention = Contention::new(&self.random);
        loop {
            let before = self.at_version(id, access, expected).await?;
            let event = self.edited(&before, patch.clone(), access).await?;
            if event == before {
                return self.changed(event, access).await;
            }
            let mut change = self.change(&before, &event).await?;
            change.entry = caller.in_office().map(|actor| self.entry(actor, "event.update", &before, &event));
            match self.repository.save(&change).await {
                Ok(()) if change.vacancy => self.registrar.fill_now(id).await,
                Ok(()) => {}
                // The version that the caller read may still be there: organisers or guests' messages were faster.
                Err(EventError::PreconditionFailed) if contention.wait().await => continue,
                Err(error) => return Err(error),
            }
            return self.changed(event, access).await;
        }
    }

    /// An event after a caller's edit.
    async fn edited(&self, before: &Event, patch: EventPatch, access: &Access) -> Result<Event, EventError> {
        if before.cancelled_at.is_some() {
            return Err(EventError::StateConflict("cancelled"));
        }
        let (mut event, now) = (before.clone(), self.clock.now());
        if before.is_public() && !access.admin {
            let mut wanted = before.revised();
            patch.apply(&mut wanted);
            self.check(&wanted, Some(&before.details)).await?;
            stays_in_conference(before, &wanted)?;
            event.propose(&wanted, now);
            // What waits is no change for the public.
            if event.details == before.details {
                return Ok(event);
            }
        } else {
            patch.apply(&mut event.details);
            self.check(&event.details, Some(&before.details)).await?;
            stays_in_conference(before, &event.details)?;
            event.rebase(now);
            if event.approval_status == Approval::Rejected && !access.admin {
                (event.approval_status, event.decision_reason) = (Approval::Pending, None);
            }
        }
        event.stamp(now);
        Ok(event)
    }

    /// The change that makes `before` to `after`: what guests are told, and whether seats become free.
    pub(super) async fn change<'a>(&self, before: &'a Event, after: &'a Event) -> Result<EventChange<'a>, EventError> {
        let now = self.clock.now();
        let (old, new) = (&before.details, &after.details);
        let mut change = EventChange::new(before, after, None);
        change.vacancy = (old.capacity, old.starts_at) != (new.capacity, new.starts_at) && after.is_open(now);
        let moved = (old.starts_at, old.ends_at, &old.location) != (new.starts_at, new.ends_at, &new.location);
        if moved && after.tells_changes(now) {
            let known = self.repository.telling(after.id).await?;
            let (telling, at_once) = Telling::of_change(known.as_ref(), after.id, now);
            change.telling = Some((known, telling));
            if at_once {
                change.messages.push(messages::of_change(after, &self.random)?);
            }
        }
        Ok(change)
    }

    /// Cancels an event at version `expected`, and notifies guests and the waitlist. A second call changes nothing.
    pub async fn cancel(&self, caller: &Caller, id: EventId, expected: &Expected) -> Result<(), EventError> {
        let before = self.at_version(id, &caller.access, expected).await?;
        if before.cancelled_at.is_some() {
            return Ok(());
        }
        let now = self.clock.now();
        if now >= before.details.ends_at {
            return Err(EventError::StateConflict("over"));
        }
        let mut event = before.clone();
        event.cancel(now);
        event.stamp(now);
        let message = event.is_public().then(|| messages::of_cancellation(&event, &self.random)).transpose()?;
        let entry = caller.in_office().map(|actor| self.entry(actor, "event.cancel", &before, &event));
        self.repository.save(&EventChange { entry, ..EventChange::new(&before, &event, message) }).await?;
        tracing::info!(event.id = %id, "event.cancelled");
        Ok(())
    }

    /// Checks that the fields fit together, that a new conference exists, and that a new start is in the future.
    pub(super) async fn check(&self, details: &Details, before: Option<&Details>) -> Result<(), EventError> {
        let mut flaws = details.flaws();
        let is_new_start = before.is_none_or(|before| before.starts_at != details.starts_at);
        if is_new_start && details.starts_at <= self.clock.now() {
            flaws.push(("starts_at", "must be in the future"));
        }
        if !flaws.is_empty() {
            return Err(EventError::Flawed(flaws));
        }
        match &details.conference {
            Some(conference) if before.is_none_or(|before| before.conference.as_ref() != Some(conference)) => {
                self.conferences.get(conference).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Stores a new event under a slug of its title, with a suffix where that is taken.
    async fn store_new(&self, details: Details, host: UserId) -> Result<EventView, EventError> {
        let now = self.clock.now();
        let id = EventId::of_request(now, &self.random);
        let by_host = Access { user: Some(host), admin: false };
        if attempt::is_repeated()
            && let Some(event) = self.repository.by_id(id).await?
        {
            return self.changed(event, &by_host).await;
        }
        let plain = Slug::of(details.title.as_str(), "event");
        let mut event = Event {
            id,
            slug: plain.clone(),
            details,
            host_id: host,
            approval_status: Approval::Pending,
            decision_reason: None,
            cancelled_at: None,
            revision: None,
            unreviewed_since: None,
            reviews: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        for tried in 0..SLUG_TRIES {
            if tried > 0 || RESERVED.contains(&plain.as_str()) {
                event.slug = plain.with_suffix(&hex::encode(self.random.bytes::<3>()));
            }
            match self.repository.create(&event).await {
                Err(EventError::SlugTaken) => {}
                stored => {
                    stored?;
                    tracing::info!(event.id = %id, "event.created");
                    let seats = crate::events::seats::Seats::new(&event);
                    return Ok(self.view(event, &seats, None, &by_host));
                }
            }
        }
        Err(EventError::SlugTaken)
    }
}

/// Refuses to move an approved event to another conference, whose organisers have not decided about it.
fn stays_in_conference(before: &Event, after: &Details) -> Result<(), EventError> {
    match before.approval_status {
        Approval::Approved if before.details.conference != after.conference => {
            Err(EventError::StateConflict("approved for its conference"))
        }
        _ => Ok(()),
    }
}
