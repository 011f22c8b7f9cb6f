//! Changes to the description of a side event: what a request asks for, and what a revision keeps.

use serde::{Deserialize, Serialize};
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::details::{Details, Format, Location, SocialSharing, Sponsor};
use crate::text::{Line, Slug, Text, not_null, set};
use crate::time::{Time, Zone};
use crate::url::HttpsUrl;

/// Changes to a side event. An absent field stays, `null` clears it, a value replaces it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SideEventPatch, example = json!({
    "starts_at": "2026-12-01T14:00:00Z",
    "ends_at": "2026-12-01T17:00:00Z",
    "capacity": 80,
    "social_sharing": null,
}))]
pub struct EventPatch {
    /// Title of the event. The slug does not change.
    #[serde(deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    title: Option<Line<120>>,
    /// Description of the event.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    description: Option<Option<Text<5000>>>,
    /// Slug of the conference in whose week the event is.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    conference: Option<Option<Slug>>,
    /// Start, in the future.
    #[serde(deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    starts_at: Option<Time>,
    /// End, at most 14 days after the start.
    #[serde(deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ends_at: Option<Time>,
    /// IANA time zone, such as `Asia/Kolkata`.
    #[serde(deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    timezone: Option<Zone>,
    /// Whether guests meet at a place or online.
    #[serde(deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    format: Option<Format>,
    /// Place of the event. Required unless `format` is `online`.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    location: Option<Option<Location>>,
    /// Number of seats, not below the seats that are taken. `null`: no limit.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000)]
    capacity: Option<Option<u32>>,
    /// Sponsors of the event, at most 20.
    #[serde(deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    sponsors: Option<Vec<Sponsor>>,
    /// Text, hashtags and image for posts about the event.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    social_sharing: Option<Option<SocialSharing>>,
    /// Image of the event.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    image_url: Option<Option<HttpsUrl>>,
    /// Name of the company or community that invites.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    host_name: Option<Option<Line<100>>>,
    /// Whether the host approves each registration. Pending registrations stay pending.
    #[serde(deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    requires_approval: Option<bool>,
}

impl EventPatch {
    /// What changes `before` into `after`.
    pub fn between(before: &Details, after: &Details) -> Self {
        Self {
            title: changed(&before.title, &after.title),
            description: changed(&before.description, &after.description),
            conference: changed(&before.conference, &after.conference),
            starts_at: changed(&before.starts_at, &after.starts_at),
            ends_at: changed(&before.ends_at, &after.ends_at),
            timezone: changed(&before.timezone, &after.timezone),
            format: changed(&before.format, &after.format),
            location: changed(&before.location, &after.location),
            capacity: changed(&before.capacity, &after.capacity),
            sponsors: changed(&before.sponsors, &after.sponsors),
            social_sharing: changed(&before.social_sharing, &after.social_sharing),
            image_url: changed(&before.image_url, &after.image_url),
            host_name: changed(&before.host_name, &after.host_name),
            requires_approval: changed(&before.requires_approval, &after.requires_approval),
        }
    }

    /// Makes the changes.
    pub fn apply(self, details: &mut Details) {
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

fn changed<T: PartialEq + Clone>(before: &T, after: &T) -> Option<T> {
    (before != after).then(|| after.clone())
}
