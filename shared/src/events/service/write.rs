//! Writing events: new ones, changes, cancellations, copies.

use serde::Deserialize;
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::{Actor, EventService};
use crate::attempt;
use crate::events::error::EventError;
use crate::events::messages;
use crate::events::model::{Approval, Details, Event, Format, Location, SocialSharing, Sponsor};
use crate::events::view::EventView;
use crate::expected::Expected;
use crate::id::{EventId, UserId};
use crate::text::{Line, Slug, Text, not_null, set};
use crate::time::{Time, Zone};
use crate::url::HttpsUrl;

/// Slugs to try for one title. The second has a random suffix, so more tries are hardly ever needed.
const SLUG_TRIES: usize = 5;
/// A route has this name: `/events/mine`.
const RESERVED: &str = "mine";

/// Changes to a side event. An absent field stays, `null` clears it, a value replaces it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SideEventPatch, example = json!({
    "starts_at": "2026-12-01T14:00:00Z",
    "ends_at": "2026-12-01T17:00:00Z",
    "capacity": 80,
    "social_sharing": null,
}))]
pub struct EventPatch {
    /// Title of the event. The slug does not change.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    title: Option<Line<120>>,
    /// Description of the event.
    #[serde(with = "double_option")]
    description: Option<Option<Text<5000>>>,
    /// Slug of the conference in whose week the event is.
    #[serde(with = "double_option")]
    conference: Option<Option<Slug>>,
    /// Start, in the future.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    starts_at: Option<Time>,
    /// End, at most 14 days after the start.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    ends_at: Option<Time>,
    /// IANA time zone, such as `Asia/Kolkata`.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    timezone: Option<Zone>,
    /// Whether guests meet at a place or online.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    format: Option<Format>,
    /// Place of the event. Required unless `format` is `online`.
    #[serde(with = "double_option")]
    location: Option<Option<Location>>,
    /// Number of seats, not below the seats that are taken. `null`: no limit.
    #[serde(with = "double_option")]
    #[schema(minimum = 1, maximum = 100_000)]
    capacity: Option<Option<u32>>,
    /// Sponsors of the event, at most 20.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false, max_items = 20)]
    sponsors: Option<Vec<Sponsor>>,
    /// Text, hashtags and image for posts about the event.
    #[serde(with = "double_option")]
    social_sharing: Option<Option<SocialSharing>>,
    /// Image of the event.
    #[serde(with = "double_option")]
    image_url: Option<Option<HttpsUrl>>,
    /// Name of the company or community that invites.
    #[serde(with = "double_option")]
    host_name: Option<Option<Line<100>>>,
    /// Whether the host approves each registration. Pending registrations stay pending.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    requires_approval: Option<bool>,
}

impl EventPatch {
    fn apply(self, details: &mut Details) {
        set(&mut details.title, self.title);
        set(&mut details.description, self.description);
        set(&mut details.conference, self.conference);
        set(&mut details.starts_at, self.starts_at);
        set(&mut details.ends_at, self.ends_at);
        set(&mut details.timezone, self.timezone);
        set(&mut details.format, self.format);
        set(&mut details.location, self.location);
        set(&mut details.capacity, self.capacity);
        set(&mut details.sponsors, self.sponsors);
        set(&mut details.social_sharing, self.social_sharing);
        set(&mut details.image_url, self.image_url);
        set(&mut details.host_name, self.host_name);
        set(&mut details.requires_approval, self.requires_approval);
    }
}

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
        let original = self.owned(id, &Actor { user: Some(host), admin: false }).await?;
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

    /// Changes an event at version `expected`. A rejected event waits for approval again. Guests are notified of
    /// another time or place. Seats that become free are offered.
    pub async fn update(
        &self,
        id: EventId,
        patch: EventPatch,
        expected: &Expected,
        actor: &Actor,
    ) -> Result<EventView, EventError> {
        let before = self.at_version(id, actor, expected).await?;
        if before.cancelled_at.is_some() {
            return Err(EventError::StateConflict("cancelled"));
        }
        let mut event = before.clone();
        patch.apply(&mut event.details);
        self.check(&event.details, Some(&before.details)).await?;
        if event.approval_status == Approval::Rejected && !actor.admin {
            (event.approval_status, event.decision_reason) = (Approval::Pending, None);
        }
        event.stamp(self.clock.now());
        let (old, new) = (&before.details, &event.details);
        let moved = (old.starts_at, old.ends_at, &old.location) != (new.starts_at, new.ends_at, &new.location);
        let is_told = moved && event.takes_registrations() && self.clock.now() < new.ends_at;
        let message = is_told.then(|| messages::of_change(&event, &self.random)).transpose()?;
        let vacancy = (old.capacity, old.starts_at) != (new.capacity, new.starts_at) && event.is_open(self.clock.now());
        self.repository.save(&event, vacancy, message.as_ref()).await?;
        if vacancy {
            self.registrar.fill_now(id).await;
        }
        self.changed(event, actor).await
    }

    /// Cancels an event at version `expected`, and notifies guests and the waitlist. A second call changes nothing.
    pub async fn cancel(&self, id: EventId, expected: &Expected, actor: &Actor) -> Result<(), EventError> {
        let mut event = self.at_version(id, actor, expected).await?;
        if event.cancelled_at.is_some() {
            return Ok(());
        }
        let now = self.clock.now();
        if now >= event.details.ends_at {
            return Err(EventError::StateConflict("over"));
        }
        event.cancelled_at = Some(now);
        event.stamp(now);
        let message = event.is_public().then(|| messages::of_cancellation(&event, &self.random)).transpose()?;
        self.repository.save(&event, false, message.as_ref()).await?;
        tracing::info!(event.id = %id, "event.cancelled");
        Ok(())
    }

    /// Checks that the fields fit together, that a new conference exists, and that a new start is in the future.
    async fn check(&self, details: &Details, before: Option<&Details>) -> Result<(), EventError> {
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
        let by_host = Actor { user: Some(host), admin: false };
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
            version: 1,
            created_at: now,
            updated_at: now,
        };
        for tried in 0..SLUG_TRIES {
            if tried > 0 || plain.as_str() == RESERVED {
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
