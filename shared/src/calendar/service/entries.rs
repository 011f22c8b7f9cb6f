//! Makes calendar entries from bookmarked sessions.

use crate::agenda::bookmark::BookmarkedSession;
use crate::ical::{Entry, Status, Uid};

/// Characters of a description. Phones show little of it, and programs load the calendar again every hour.
const MAX_DESCRIPTION: usize = 2_000;

/// The entry of a bookmarked session.
pub(super) fn entry(bookmarked: &BookmarkedSession) -> Entry {
    let session = &bookmarked.session;
    let content = &session.content;
    Entry {
        uid: Uid::of(session.id),
        sequence: u32::try_from(session.sequence).unwrap_or(u32::MAX),
        changed_at: session.changed_at,
        start: content.start,
        end: content.end,
        summary: content.title.to_string(),
        description: description(bookmarked),
        location: content.stage.as_ref().map(ToString::to_string),
        position: None,
        url: content.url.as_ref().map(ToString::to_string),
        status: if bookmarked.cancelled { Status::Cancelled } else { Status::Confirmed },
    }
}

/// Subtitle, speakers, summary and description, as far as the session has them.
fn description(bookmarked: &BookmarkedSession) -> Option<String> {
    let content = &bookmarked.session.content;
    let speakers: Vec<&str> = content.speakers.iter().map(|speaker| speaker.name.as_str()).collect();
    let about = [content.summary.as_ref(), content.description.as_ref()].into_iter().flatten();
    let parts: Vec<String> = content
        .subtitle
        .iter()
        .map(ToString::to_string)
        .chain((!speakers.is_empty()).then(|| speakers.join(", ")))
        .chain(about.map(|text| text.as_str().to_owned()))
        .collect();
    let text = parts.join("\n\n");
    match text.char_indices().nth(MAX_DESCRIPTION) {
        _ if text.is_empty() => None,
        Some((end, _)) => Some(format!("{}…", &text[..end])),
        None => Some(text),
    }
}
