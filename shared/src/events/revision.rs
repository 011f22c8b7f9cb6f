//! Edits of an approved event by its host. Time, capacity and place apply at once. Texts, links and image wait for the
//! organisers as the event's one revision.

use serde::{Deserialize, Serialize};

use super::details::Details;
use super::patch::EventPatch;
use crate::text::has_link;
use crate::time::Time;

/// What the host wants to change. It has only the fields that differ, so that it applies to the event as it is then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Value of the event's `reviews` when it was written.
    pub version: u64,
    pub changes: EventPatch,
    /// Time of the first edit that still waits.
    pub proposed_at: Time,
}

/// Applies what may change without a review. A place with a link in it is no place.
pub fn at_once(details: &mut Details, wanted: &Details) {
    details.starts_at = wanted.starts_at;
    details.ends_at = wanted.ends_at;
    details.timezone = wanted.timezone.clone();
    details.capacity = wanted.capacity;
    details.requires_approval = wanted.requires_approval;
    let place = wanted.location.as_ref();
    let texts =
        place.into_iter().flat_map(|place| [Some(place.name.as_str()), place.address.as_ref().map(|a| a.as_str())]);
    if wanted.location == details.location || !texts.flatten().any(has_link) {
        // Format and place need each other, so they change together.
        details.format = wanted.format;
        details.location = wanted.location.clone();
    }
}
