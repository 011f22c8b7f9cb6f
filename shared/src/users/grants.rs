//! Grants: which access role a user has, and on what. An API key's scopes apply to resources in the same way.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::id::{CheckinListId, EventId};
use crate::text::Slug;

/// Number of grants that one user may have.
pub const MAX_GRANTS: usize = 20;

/// Permission level of a user, given by admins. Not to be confused with `roles`, which users choose themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessRole {
    /// Speaks at the conference. The role opens no routes yet.
    Speaker,
    /// Staff at the venue: scans tickets, and checks guests in at side events.
    Steward,
    /// Leads stewards: also forces entries and undoes scans.
    Supervisor,
    /// Decides what waits for approval. Reads no personal data in bulk.
    Moderator,
    /// Manages the content of conferences.
    Organizer,
    /// Has all rights.
    Admin,
}

impl AccessRole {
    /// All of them, the one with the most rights last.
    pub const ALL: [Self; 6] =
        [Self::Speaker, Self::Steward, Self::Supervisor, Self::Moderator, Self::Organizer, Self::Admin];

    /// As the API writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Speaker => "speaker",
            Self::Steward => "steward",
            Self::Supervisor => "supervisor",
            Self::Moderator => "moderator",
            Self::Organizer => "organizer",
            Self::Admin => "admin",
        }
    }
}

/// What a grant is about, written as the path of the API that it covers with all that is below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// `*`: the whole API.
    Everything,
    /// `conferences/ibw-2026`: a conference with its speakers, agenda, tickets, check-in lists and side events.
    Conference(Slug),
    /// `conferences/ibw-2026/checkin/lists/cil_…`: one check-in list.
    CheckinList(Slug, CheckinListId),
    /// `events/evt_…`: one side event.
    Event(EventId),
}

/// A text that names no resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be `*`, `conferences/<slug>`, `conferences/<slug>/checkin/lists/<id>` or `events/<id>`")]
pub struct InvalidResource;

impl Resource {
    /// The narrowest resource that a path of the API, without its base, is about. A path that names none is about
    /// everything.
    pub fn of_path(path: &str) -> Self {
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let prefixes = [5, 2].into_iter().filter_map(|length| segments.get(..length));
        prefixes.filter_map(|prefix| prefix.join("/").parse().ok()).next().unwrap_or(Self::Everything)
    }

    /// Whether a grant on this also counts for `other`. A side event is not below its conference here, as its path does
    /// not tell the conference.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everything, _) => true,
            (Self::Conference(slug), Self::Conference(other) | Self::CheckinList(other, _)) => slug == other,
            _ => self == other,
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("*"),
            Self::Conference(slug) => write!(f, "conferences/{slug}"),
            Self::CheckinList(slug, list) => write!(f, "conferences/{slug}/checkin/lists/{list}"),
            Self::Event(event) => write!(f, "events/{event}"),
        }
    }
}

impl FromStr for Resource {
    type Err = InvalidResource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let segments: Vec<&str> = text.split('/').collect();
        let parsed = match segments[..] {
            ["*"] => Some(Self::Everything),
            ["conferences", slug] => slug.parse().ok().map(Self::Conference),
            ["conferences", slug, "checkin", "lists", list] => {
                slug.parse().ok().zip(list.parse().ok()).map(|(slug, list)| Self::CheckinList(slug, list))
            }
            ["events", event] => event.parse().ok().map(Self::Event),
            _ => None,
        };
        parsed.ok_or(InvalidResource)
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Resource {
    fn schema() -> RefOr<Schema> {
        let about = "What the grant is about, with all that is below: `*`, `conferences/<slug>`, \
                     `conferences/<slug>/checkin/lists/<id>` or `events/<id>`.";
        let object = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
        object.examples(["conferences/ibw-2026"]).into()
    }
}

impl ToSchema for Resource {
    fn name() -> std::borrow::Cow<'static, str> {
        "GrantResource".into()
    }
}

/// An access role on a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccessGrant)]
pub struct Grant {
    /// Access role.
    pub role: AccessRole,
    /// Resource.
    pub resource: Resource,
}

impl Grant {
    /// The role on everything.
    pub const fn everywhere(role: AccessRole) -> Self {
        Self { role, resource: Resource::Everything }
    }
}

/// The grants of a user. At most [`MAX_GRANTS`]; the one who gives them checks it.
pub type Grants = BTreeSet<Grant>;

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "conferences/ibw-2026/checkin/lists/cil_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
    const EVENT: &str = "events/evt_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";

    fn resource(text: &str) -> Resource {
        text.parse().unwrap()
    }

    #[test]
    fn resource_reads_back_what_it_writes() {
        for text in ["*", "conferences/ibw-2026", LIST, EVENT] {
            assert_eq!(resource(text).to_string(), text);
        }
        for bad in
            ["", "/", "conferences", "conferences/", "conferences/IBW", "events/x", "conferences/a/agenda", "users/a"]
        {
            assert!(bad.parse::<Resource>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn path_is_about_the_narrowest_resource_that_it_names() {
        for (path, expected) in [
            ("/conferences/ibw-2026", "conferences/ibw-2026"),
            ("/conferences/ibw-2026/agenda/draft", "conferences/ibw-2026"),
            ("/conferences/ibw-2026/checkin/lists", "conferences/ibw-2026"),
            (&format!("/{LIST}"), LIST),
            (&format!("/{LIST}/redeem/batch"), LIST),
            (&format!("/{EVENT}/approve"), EVENT),
            // Whoever may act on a conference may also learn that it has no such list.
            ("/conferences/ibw-2026/checkin/lists/nonsense", "conferences/ibw-2026"),
            ("/conferences", "*"),
            ("/conferences//ibw-2026", "*"),
            // A spelling that is not the canonical one needs a grant on everything.
            ("/conferences/ibw%2D2026/agenda/draft", "*"),
            ("/speakers/spk_01J9ZQ4Y6V3T8K2M5N7P0R1S3W", "*"),
            ("/events/a-slug/approve", "*"),
        ] {
            assert_eq!(Resource::of_path(path).to_string(), expected, "{path}");
        }
    }

    #[test]
    fn grant_covers_what_is_below_it_and_nothing_beside_it() {
        let all = ["*", "conferences/ibw-2026", "conferences/other", LIST, EVENT].map(resource);
        let covered = |by: &str| all.iter().map(|one| resource(by).covers(one)).collect::<Vec<_>>();
        assert_eq!(covered("*"), [true; 5]);
        assert_eq!(covered("conferences/ibw-2026"), [false, true, false, true, false]);
        assert_eq!(covered(LIST), [false, false, false, true, false]);
        assert_eq!(covered(EVENT), [false, false, false, false, true]);
    }
}
