//! How the next release is made of the draft and the one before.

use std::collections::BTreeMap;

use super::diff::{Changes, changes};
use super::model::{Agenda, Draft, Release, Session, Source};
use crate::time::{Time, Zone};

/// A release that is ready to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The release.
    pub agenda: Agenda,
    /// What is told of it.
    pub release: Release,
    /// What it changes.
    pub changes: Changes,
}

/// The next release: each session with the sequence that its calendar entries need (RFC 5545, section 3.8.7.4), and those that
/// take place no more.
pub fn next(draft: &Draft, current: Option<&Agenda>, timezone: Zone, now: Time) -> Next {
    let changes = changes(draft, current);
    let number = current.map_or(0, |agenda| agenda.number) + 1;
    let mut taking_place: BTreeMap<_, _> =
        current.iter().flat_map(|agenda| &agenda.sessions).map(|session| (session.id, session)).collect();
    let mut cancelled: BTreeMap<_, _> =
        current.iter().flat_map(|agenda| &agenda.cancelled).map(|session| (session.id, session.clone())).collect();
    let sessions: Vec<Session> = draft
        .sessions
        .iter()
        .map(|session| {
            let (id, content) = (session.id, session.content.clone());
            let (sequence, changed_at) = match (taking_place.remove(&id), cancelled.remove(&id)) {
                (Some(before), _) if before.content == content => (before.sequence, before.changed_at),
                (Some(before), _) => (before.sequence + 1, now),
                (None, Some(before)) => (before.sequence + 1, now),
                (None, None) => (0, now),
            };
            // What the schedule last said is the draft's business.
            let source = session.source.clone().map(|source| Source { digest: None, ..source });
            Session { id, sequence, changed_at, content, source }
        })
        .collect();
    for gone in taking_place.into_values() {
        let last = Session { sequence: gone.sequence + 1, changed_at: now, ..gone.clone() };
        cancelled.insert(gone.id, last);
    }
    let release = Release {
        conference: draft.conference.clone(),
        number,
        released_at: now,
        sessions: sessions.len(),
        added: changes.added.len(),
        moved: changes.moved.len(),
        changed: changes.changed.len(),
        cancelled: changes.cancelled.len(),
    };
    let cancelled = cancelled.into_values().collect();
    let agenda =
        Agenda { conference: draft.conference.clone(), number, timezone, released_at: now, sessions, cancelled };
    Next { agenda, release, changes }
}
