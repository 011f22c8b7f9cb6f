//! A side event: its host's description, and the decision of the organisers.

use crate::id::{EventId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::{Line, Slug, Tags, Text};
use crate::time::{Time, Zone};
use crate::url::HttpsUrl;

/// Longest duration of an event, in seconds: 14 days. So an event that is going on now began within that time.
pub const LONGEST: i64 = 14 * 24 * 3600;
/// Most seats of an event with a limit.
pub const MOST_SEATS: u32 = 100_000;
/// Most sponsors of an event.
const MOST_SPONSORS: usize = 20;

/// Whether guests meet at a place or online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SideEventFormat)]
pub enum Format {
    /// At a place only.
    InPerson,
    /// Online only.
    Online,
    /// At a place and online.
    Hybrid,
}

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

/// Degrees from `-MAX` to `MAX`, rounded to 7 decimals: a centimetre. DynamoDB stores no number that is closer to zero
/// than 1e-130 or has more than 38 digits, and a number from outside may.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
pub struct Degrees<const MAX: u16>(f64);

impl<const MAX: u16> TryFrom<f64> for Degrees<MAX> {
    type Error = String;

    fn try_from(degrees: f64) -> Result<Self, String> {
        let fits = degrees.is_finite() && degrees.abs() <= f64::from(MAX);
        // Adding zero turns -0 into 0.
        let rounded = (degrees * 1e7).round() / 1e7 + 0.0;
        fits.then_some(Self(rounded)).ok_or_else(|| format!("must be from -{MAX} to {MAX}"))
    }
}

impl<const MAX: u16> From<Degrees<MAX>> for f64 {
    fn from(degrees: Degrees<MAX>) -> Self {
        degrees.0
    }
}

/// Place of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SideEventLocation)]
pub struct Location {
    /// Name of the place.
    pub name: Line<200>,
    /// Postal address.
    pub address: Option<Line<300>>,
    /// Latitude in degrees, rounded to 7 decimals. Only together with `lng`.
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    pub lat: Option<Degrees<90>>,
    /// Longitude in degrees, rounded to 7 decimals. Only together with `lat`.
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    pub lng: Option<Degrees<180>>,
}

/// Sponsor of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SideEventSponsor)]
pub struct Sponsor {
    /// Name of the sponsor.
    pub name: Line<100>,
    /// Website of the sponsor.
    pub url: Option<HttpsUrl>,
    /// Logo of the sponsor.
    pub logo_url: Option<HttpsUrl>,
}

/// Text, hashtags and image for posts about an event. Default: the title and the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SideEventSharing)]
pub struct SocialSharing {
    /// Text of a post. Default: the title and the start.
    pub text: Option<Line<200>>,
    /// Hashtags, without `#`.
    #[serde(default)]
    pub hashtags: Tags<5>,
    /// Image of a post. Default: the image of the event.
    pub image_url: Option<HttpsUrl>,
}

/// Description of a side event by its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SideEventDetails, example = json!({
    "title": "Rust on Chain",
    "description": "Talks and pizza for people who write contracts in Rust.",
    "conference": "ibw-2026",
    "starts_at": "2026-12-01T13:00:00Z",
    "ends_at": "2026-12-01T16:00:00Z",
    "timezone": "Asia/Kolkata",
    "format": "in-person",
    "location": {"name": "Koramangala Social", "address": "118, 80 Feet Road, Bengaluru", "lat": 12.9352, "lng": 77.6245},
    "capacity": 50,
    "sponsors": [{"name": "Ferris Labs", "url": "https://ferris.example.org/"}],
    "social_sharing": {"text": "See you at Rust on Chain", "hashtags": ["ibw", "rust"]},
    "image_url": "https://cdn.example.org/rust-on-chain.png",
    "host_name": "Rust Bengaluru",
    "requires_approval": false,
}))]
pub struct Details {
    /// Title of the event.
    pub title: Line<120>,
    /// Description of the event.
    pub description: Option<Text<5000>>,
    /// Slug of the conference in whose week the event is.
    pub conference: Option<Slug>,
    /// Start. A new start must be in the future.
    pub starts_at: Time,
    /// End, at most 14 days after the start.
    pub ends_at: Time,
    /// IANA time zone, such as `Asia/Kolkata`.
    pub timezone: Zone,
    /// Whether guests meet at a place or online.
    pub format: Format,
    /// Place of the event. Required unless `format` is `online`.
    pub location: Option<Location>,
    /// Number of seats, 1 to 100,000. Default: no limit.
    #[schema(minimum = 1, maximum = 100_000)]
    pub capacity: Option<u32>,
    /// Sponsors of the event, at most 20.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub sponsors: Vec<Sponsor>,
    /// Text, hashtags and image for posts about the event.
    pub social_sharing: Option<SocialSharing>,
    /// Image of the event.
    pub image_url: Option<HttpsUrl>,
    /// Name of the company or community that invites.
    pub host_name: Option<Line<100>>,
    /// Whether the host approves each registration.
    #[serde(default)]
    pub requires_approval: bool,
}

impl Details {
    /// Fields that contradict each other: field and message.
    pub fn flaws(&self) -> Vec<(&'static str, &'static str)> {
        let has_place = self.format == Format::Online || self.location.is_some();
        let whole_point = self.location.as_ref().is_none_or(|place| place.lat.is_some() == place.lng.is_some());
        let has_room = self.capacity.is_none_or(|seats| (1..=MOST_SEATS).contains(&seats));
        [
            (self.starts_at.is_plausible(), "starts_at", "must be between 1970 and 2199"),
            (self.ends_at > self.starts_at, "ends_at", "must be after `starts_at`"),
            (self.ends_at <= self.starts_at.plus_seconds(LONGEST), "ends_at", "must be within 14 days of `starts_at`"),
            (has_place, "location", "is required unless `format` is `online`"),
            (whole_point, "location", "must have both `lat` and `lng`, or neither"),
            (has_room, "capacity", "must be from 1 to 100,000"),
            (self.sponsors.len() <= MOST_SPONSORS, "sponsors", "must have at most 20 sponsors"),
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
    /// The organisers' reason for their decision.
    pub decision_reason: Option<Text<500>>,
    pub cancelled_at: Option<Time>,
    /// One more with each change.
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

    /// The next version, changed at `now`.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_rounded_to_what_can_be_stored_and_bounded_before_that() {
        for (text, kept) in [
            ("12.9352", "12.9352"),
            ("-33.868819999999999", "-33.86882"),
            ("51.50735092345678901234567890123456789012345678", "51.5073509"),
            ("89.99999999", "90.0"),
            ("1e-200", "0.0"),
            ("-5e-324", "0.0"),
            ("-0.0", "0.0"),
            ("90", "90.0"),
        ] {
            let degrees: Degrees<90> = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&degrees).unwrap(), kept, "{text}");
        }
        for bad in ["90.00000001", "-1e300", "1e999", "\"12\""] {
            assert!(serde_json::from_str::<Degrees<90>>(bad).is_err(), "{bad}");
        }
    }
}
