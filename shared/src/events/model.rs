//! A side event: what its host says of it, and what organisers decided.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{EventId, UserId};
use crate::text::{Line, Slug, Tags, Text};
use crate::time::{Time, Zone};
use crate::url::HttpsUrl;

/// No event takes longer, in seconds: 14 days. So what is going on now began within that time.
pub const LONGEST: i64 = 14 * 24 * 3600;
/// No event has more seats; one with more has no limit.
pub const MOST_SEATS: u32 = 100_000;
/// Sponsors of an event.
const MOST_SPONSORS: usize = 20;

/// Where an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EventFormat)]
pub enum Format {
    /// At a place.
    InPerson,
    /// On the net.
    Online,
    /// Both.
    Hybrid,
}

/// Whether organisers let an event be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EventApproval)]
pub enum Approval {
    /// Nobody has decided yet.
    Pending,
    /// Everybody sees it.
    Approved,
    /// Its host and admins see it, and why.
    Rejected,
}

/// How an event stands. It follows from the clock, unless the event was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EventStatus)]
pub enum Status {
    /// It has not begun.
    Upcoming,
    /// It has begun and not ended.
    Ongoing,
    /// It has ended.
    Past,
    /// It was called off.
    Cancelled,
}

/// Degrees from `-MAX` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
pub struct Degrees<const MAX: u16>(f64);

impl<const MAX: u16> TryFrom<f64> for Degrees<MAX> {
    type Error = String;

    fn try_from(degrees: f64) -> Result<Self, String> {
        let fits = degrees.is_finite() && degrees.abs() <= f64::from(MAX);
        fits.then_some(Self(degrees)).ok_or_else(|| format!("must be from -{MAX} to {MAX}"))
    }
}

impl<const MAX: u16> From<Degrees<MAX>> for f64 {
    fn from(degrees: Degrees<MAX>) -> Self {
        degrees.0
    }
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// What it is called.
    pub name: Line<200>,
    /// Where it is.
    pub address: Option<Line<300>>,
    /// Latitude; only together with `lng`.
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    pub lat: Option<Degrees<90>>,
    /// Longitude.
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    pub lng: Option<Degrees<180>>,
}

/// Who pays for an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sponsor {
    /// The name.
    pub name: Line<100>,
    /// The sponsor's page.
    pub url: Option<HttpsUrl>,
    /// The logo.
    pub logo_url: Option<HttpsUrl>,
}

/// How an event is to be shared, where it is not simply its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SocialSharing {
    /// What a post says.
    pub text: Option<Line<200>>,
    /// Hashtags, without `#`.
    #[serde(default)]
    pub hashtags: Tags<5>,
    /// The post's picture, if not the event's.
    pub image_url: Option<HttpsUrl>,
}

/// What a host says of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// What it is called.
    pub title: Line<120>,
    /// What it is about.
    pub description: Option<Text<5000>>,
    /// The conference in whose week it is.
    pub conference: Option<Slug>,
    /// When it begins.
    pub starts_at: Time,
    /// When it ends: after it begins, at most 14 days later.
    pub ends_at: Time,
    /// Where its clocks are.
    pub timezone: Zone,
    /// Where it takes place.
    pub format: Format,
    /// The place; an event that is not online only has one.
    pub location: Option<Location>,
    /// Seats, 1 to 100,000; without it there is no limit.
    #[schema(minimum = 1, maximum = 100_000)]
    pub capacity: Option<u32>,
    /// Its sponsors, at most 20.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub sponsors: Vec<Sponsor>,
    /// How it is to be shared.
    pub social_sharing: Option<SocialSharing>,
    /// A picture.
    pub image_url: Option<HttpsUrl>,
    /// Who invites: a company, a community.
    pub host_name: Option<Line<100>>,
    /// Whether the host decides who gets a seat.
    #[serde(default)]
    pub requires_approval: bool,
}

impl Details {
    /// What is wrong with it as a whole: field and message.
    pub fn flaws(&self) -> Vec<(&'static str, &'static str)> {
        let has_place = self.format == Format::Online || self.location.is_some();
        let whole_point = self.location.as_ref().is_none_or(|place| place.lat.is_some() == place.lng.is_some());
        let has_room = self.capacity.is_none_or(|seats| (1..=MOST_SEATS).contains(&seats));
        [
            (self.ends_at > self.starts_at, "ends_at", "must be after starts_at"),
            (self.ends_at <= self.starts_at.plus_seconds(LONGEST), "ends_at", "must be within 14 days of starts_at"),
            (has_place, "location", "is needed, as the event is not online only"),
            (whole_point, "location", "needs both of lat and lng, or neither"),
            (has_room, "capacity", "must be from 1 to 100,000"),
            (self.sponsors.len() <= MOST_SPONSORS, "sponsors", "must be at most 20"),
        ]
        .into_iter()
        .filter_map(|(holds, field, message)| (!holds).then_some((field, message)))
        .collect()
    }
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
    /// What the organisers said when they decided.
    pub decision_reason: Option<Text<500>>,
    pub cancelled_at: Option<Time>,
    /// Rises by one with each change.
    pub version: u64,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Event {
    /// How it stands at a time.
    pub fn status(&self, now: Time) -> Status {
        match &self.details {
            _ if self.cancelled_at.is_some() => Status::Cancelled,
            details if now < details.starts_at => Status::Upcoming,
            details if now < details.ends_at => Status::Ongoing,
            _ => Status::Past,
        }
    }

    /// Whether everybody sees it. That an approved one was cancelled is for everybody to know.
    pub fn is_public(&self) -> bool {
        self.approval_status == Approval::Approved
    }

    /// Whether it takes registrations, by organisers and host; the clock has its own say.
    pub fn takes_registrations(&self) -> bool {
        self.is_public() && self.cancelled_at.is_none()
    }

    /// Whether one can register for it, and seats are handed on.
    pub fn is_open(&self, now: Time) -> bool {
        self.takes_registrations() && self.status(now) == Status::Upcoming
    }

    /// What the clocks at the event show at a time, for people: `Tue 1 Dec 2026, 18:30`.
    pub fn when(&self, time: Time) -> String {
        self.details.timezone.at(time).strftime("%a %-d %b %Y, %H:%M").to_string()
    }

    /// What opens the event in the mini app at `app`. A start parameter has letters, digits, `_` and `-` only, as the id.
    pub fn link(&self, app: &HttpsUrl) -> String {
        format!("{app}?startapp=event_{}", self.id)
    }

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}
