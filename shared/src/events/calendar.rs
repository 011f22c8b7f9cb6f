//! Makes calendar entries from side events.

use super::model::Event;
use crate::ical::{Calendar, Entry, Status, Uid};
use crate::url::HttpsUrl;

/// The entry of an event. Its link opens the event in the mini app at `app`.
pub fn entry(event: &Event, app: &HttpsUrl) -> Entry {
    let details = &event.details;
    let place = details.location.as_ref();
    let point = place.and_then(|place| Some((f64::from(place.lat?), f64::from(place.lng?))));
    Entry {
        uid: Uid::of(event.id),
        sequence: u32::try_from(event.version).unwrap_or(u32::MAX),
        changed_at: event.updated_at,
        start: details.starts_at,
        end: details.ends_at,
        summary: details.title.to_string(),
        description: details.description.as_ref().map(|text| text.as_str().to_owned()),
        location: place.map(|place| match &place.address {
            Some(address) => format!("{}, {address}", place.name),
            None => place.name.to_string(),
        }),
        position: point,
        url: Some(event.link(app)),
        status: if event.cancelled_at.is_some() { Status::Cancelled } else { Status::Confirmed },
    }
}

/// A file with one event.
pub fn calendar(event: &Event, app: &HttpsUrl) -> Calendar {
    Calendar { feed: None, entries: vec![entry(event, app)] }
}
