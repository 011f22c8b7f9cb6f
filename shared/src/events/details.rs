//! Description of a side event by its host.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::degrees::Degrees;
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
