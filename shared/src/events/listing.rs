//! An event's entry in the lists, so small that one page can read and filter a thousand.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::details::Format;
use super::model::{Approval, Event};
use crate::id::EventId;
use crate::text::{Slug, words, words_to_index};
use crate::time::Time;

/// Most searchable words of an event. They bound the entry, as a filtered page may read 1,000.
const MAX_WORDS: usize = 60;
/// Searchable characters of a word.
const MAX_WORD: usize = 40;

/// An entry of the lists of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub event_id: EventId,
    pub conference: Option<Slug>,
    pub approval: Approval,
    pub starts_at: Time,
    pub ends_at: Time,
    pub format: Format,
    pub cancelled: bool,
    /// Sorted words with a space before each, so that ` ab` is found if a word begins with `ab`.
    pub words: String,
}

impl Listing {
    pub fn of(event: &Event) -> Self {
        let details = &event.details;
        let host = details.host_name.as_ref().map(|name| name.as_str());
        let place = details.location.as_ref().map(|place| place.name.as_str());
        let sponsors = details.sponsors.iter().map(|sponsor| sponsor.name.as_str());
        let texts = [Some(details.title.as_str()), host, place].into_iter().flatten().chain(sponsors);
        let found: BTreeSet<String> = texts.flat_map(|text| shortened(words_to_index(text))).take(MAX_WORDS).collect();
        Self {
            event_id: event.id,
            conference: details.conference.clone(),
            approval: event.approval_status,
            starts_at: details.starts_at,
            ends_at: details.ends_at,
            format: details.format,
            cancelled: event.cancelled_at.is_some(),
            words: found.iter().map(|word| format!(" {word}")).collect(),
        }
    }
}

/// The words of a query. They and stored ones are cut in the same way.
pub fn searched(text: &str) -> Vec<String> {
    shortened(words(text))
}

fn shortened(words: Vec<String>) -> Vec<String> {
    words.into_iter().map(|word| word.chars().take(MAX_WORD).collect()).collect()
}
