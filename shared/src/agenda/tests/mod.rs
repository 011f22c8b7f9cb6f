//! The rules of drafts and releases, without a database.

mod imports;
mod releases;

use super::model::{Content, Draft, DraftSession, SessionSpeaker, Source};
use crate::id::AgendaSessionId;
use crate::speakers::model::SpeakerId;
use crate::time::Time;

/// A point in time on 1 December 2026, in India.
pub(super) fn at(clock: &str) -> Time {
    format!("2026-12-01T{clock}:00+05:30").parse().unwrap()
}

/// A session of an hour.
pub(super) fn content(title: &str, start: &str, stage: &str) -> Content {
    Content {
        title: title.parse().unwrap(),
        subtitle: None,
        summary: None,
        description: None,
        start: at(start),
        end: at(start).plus_seconds(3600),
        stage: Some(stage.parse().unwrap()),
        track: None,
        kind: None,
        language: None,
        speakers: Vec::new(),
        url: None,
        logo_url: None,
        do_not_record: false,
        links: Vec::new(),
        attachments: Vec::new(),
    }
}

pub(super) fn speaker(name: &str) -> SessionSpeaker {
    SessionSpeaker { id: SpeakerId::derive(Time::default(), &[name]), name: name.parse().unwrap() }
}

/// A session of the draft, whose id is made of its first title.
pub(super) fn session(id: &str, content: Content, source: Option<Source>) -> DraftSession {
    DraftSession { id: AgendaSessionId::derive(Time::default(), &[id]), version: 1, content, source }
}

pub(super) fn draft(sessions: Vec<DraftSession>) -> Draft {
    Draft { conference: "ibw-2026".parse().unwrap(), version: 1, sessions }
}
