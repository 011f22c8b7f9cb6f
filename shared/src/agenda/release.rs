//! Makes the next release from the draft and the current release.

use std::collections::BTreeMap;

use super::diff::{Changes, changes};
use super::model::{Agenda, Draft, DraftSession, Release, Session, Source};
use crate::id::AgendaSessionId;
use crate::time::{Time, Zone};

/// A release that is ready to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextRelease {
    /// The agenda to publish.
    pub agenda: Agenda,
    /// Its summary.
    pub release: Release,
    /// The changes since the current release.
    pub changes: Changes,
}

/// The next release, published at `now`.
pub fn next_release(draft: &Draft, current: Option<&Agenda>, timezone: Zone, now: Time) -> NextRelease {
    let changes = changes(draft, current);
    let number = current.map_or(0, |agenda| agenda.number) + 1;
    let mut before = Before::of(current);
    let sessions: Vec<Session> = draft.sessions.iter().map(|session| before.next(session, now)).collect();
    let cancelled = before.cancelled(now);
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
    let agenda =
        Agenda { conference: draft.conference.clone(), number, timezone, released_at: now, sessions, cancelled };
    NextRelease { agenda, release, changes }
}

/// The sessions of the current release that are not in the next one yet.
///
/// A session keeps its `sequence` while it stays the same, and gets the next one with each change, cancellation or
/// return: so calendars see which copy of an entry is the newest (RFC 5545, section 3.8.7.4).
struct Before {
    sessions: BTreeMap<AgendaSessionId, Session>,
    cancelled: BTreeMap<AgendaSessionId, Session>,
}

impl Before {
    fn of(current: Option<&Agenda>) -> Self {
        let by_id = |sessions: &[Session]| sessions.iter().map(|session| (session.id, session.clone())).collect();
        Self {
            sessions: current.map(|agenda| by_id(&agenda.sessions)).unwrap_or_default(),
            cancelled: current.map(|agenda| by_id(&agenda.cancelled)).unwrap_or_default(),
        }
    }

    /// The session of the draft as the next release has it.
    fn next(&mut self, session: &DraftSession, now: Time) -> Session {
        let (id, content) = (session.id, session.content.clone());
        let (sequence, changed_at) = match (self.sessions.remove(&id), self.cancelled.remove(&id)) {
            (Some(before), _) if before.content == content => (before.sequence, before.changed_at),
            (Some(before), _) | (None, Some(before)) => (before.sequence + 1, now),
            (None, None) => (0, now),
        };
        // The digest is for imports into the draft; readers of a release have no use for it.
        let source = session.source.clone().map(|source| Source { digest: None, ..source });
        Session { id, sequence, changed_at, content, source }
    }

    /// The sessions that the draft no longer has, among those that were cancelled before.
    fn cancelled(mut self, now: Time) -> Vec<Session> {
        for gone in self.sessions.into_values() {
            self.cancelled.insert(gone.id, Session { sequence: gone.sequence + 1, changed_at: now, ..gone });
        }
        self.cancelled.into_values().collect()
    }
}
