//! What an import makes of the draft: which sessions of the schedule it knows, which are new, and which are gone. Sessions that
//! organisers wrote are left alone.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::model::{Agenda, Content, Draft, DraftSession, SessionSpeaker, Source};
use super::schedule::Talk;
use crate::id::AgendaSessionId;
use crate::random::Random;
use crate::time::Time;

/// What became of the sessions of a schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionCounts {
    /// New ones.
    pub created: usize,
    /// Those that the schedule has otherwise now.
    pub changed: usize,
    /// Those that were imported before and are not in the schedule.
    pub removed: usize,
    /// Those that are as they were.
    pub unchanged: usize,
}

/// A known session: its id, and what it was known by.
struct Known<'a> {
    id: AgendaSessionId,
    /// None of what organisers wrote: a schedule has it only if it is an export of ours, and then it stays as it is.
    source: Option<&'a Source>,
    start: Time,
    /// In the draft; otherwise it is of a release, and comes back.
    drafted: Option<&'a DraftSession>,
}

/// The draft's sessions after an import, at the same version, and what became of the schedule's. `talks` come with their speakers.
pub fn reconcile(
    draft: &Draft,
    current: Option<&Agenda>,
    talks: &[(Talk, Vec<SessionSpeaker>)],
    now: Time,
    random: &Random,
) -> (Vec<DraftSession>, SessionCounts) {
    let mut left = known(draft, current);
    let mut found: Vec<Option<Known<'_>>> = talks.iter().map(|_| None).collect();
    for sureness in 0..=SUREST {
        for ((talk, _), place) in talks.iter().zip(&mut found).filter(|(_, place)| place.is_none()) {
            let is_talk = |known: &Known<'_>| likeness(known, talk) == Some(sureness);
            if let Some(position) = left.iter().position(is_talk) {
                *place = Some(left.swap_remove(position));
            }
        }
    }
    let mut counts = SessionCounts::default();
    let mut sessions: Vec<DraftSession> = Vec::with_capacity(talks.len());
    for ((talk, speakers), known) in talks.iter().zip(found) {
        let digest = digest(talk, speakers);
        let source = Source { digest: Some(digest), ..talk.source.clone() };
        let content = Content { speakers: speakers.clone(), ..talk.content.clone() };
        match known {
            Some(Known { id, drafted: None, .. }) => {
                counts.created += 1;
                sessions.push(DraftSession { id, version: 1, content, source: Some(source) });
            }
            Some(Known { source: None, .. }) => counts.unchanged += 1,
            Some(Known { drafted: Some(before), .. }) => {
                let session = again(before, content, source);
                if session == *before {
                    counts.unchanged += 1;
                } else {
                    counts.changed += 1;
                }
                sessions.push(session);
            }
            None => {
                counts.created += 1;
                let id = AgendaSessionId::generate(now, random);
                sessions.push(DraftSession { id, version: 1, content, source: Some(source) });
            }
        }
    }
    let imported: BTreeSet<AgendaSessionId> = sessions.iter().map(|session| session.id).collect();
    let others = draft.sessions.iter().filter(|session| !imported.contains(&session.id));
    let (gone, written): (Vec<&DraftSession>, Vec<_>) = others.partition(|session| session.source.is_some());
    counts.removed = gone.len();
    sessions.extend(written.into_iter().cloned());
    (sessions, counts)
}

/// A session that the draft has: as the schedule has it now, if that is not what it said before. What organisers changed since
/// then stays, but for speakers who are no more.
fn again(before: &DraftSession, content: Content, source: Source) -> DraftSession {
    let said_before = before.source.as_ref().and_then(|source| source.digest.as_ref());
    let content = if said_before == source.digest.as_ref() { before.content.clone() } else { content };
    let source = Some(source);
    if content == before.content && source == before.source {
        return before.clone();
    }
    DraftSession { id: before.id, version: before.version + 1, content, source }
}

/// All sessions that an earlier import can have made: the draft's, and those of the current release that the draft has no more.
fn known<'a>(draft: &'a Draft, current: Option<&'a Agenda>) -> Vec<Known<'a>> {
    let drafted: BTreeSet<AgendaSessionId> = draft.sessions.iter().map(|session| session.id).collect();
    let of_draft = draft.sessions.iter().map(|session| {
        let (id, start) = (session.id, session.content.start);
        Known { id, source: session.source.as_ref(), start, drafted: Some(session) }
    });
    let released = current.into_iter().flat_map(|agenda| agenda.sessions.iter().chain(&agenda.cancelled));
    let of_release = released.filter(|session| !drafted.contains(&session.id)).filter_map(|session| {
        let (id, start) = (session.id, session.content.start);
        Some(Known { id, source: Some(session.source.as_ref()?), start, drafted: None })
    });
    of_draft.chain(of_release).collect()
}

/// The last of the ways to know a session again.
const SUREST: u8 = 5;

/// How sure it is that a session is one of the schedule: the surest comes first. A schedule without GUIDs may have one code for
/// all dates of a session, so there the date helps.
fn likeness(known: &Known<'_>, talk: &Talk) -> Option<u8> {
    let Some(old) = known.source else {
        return talk.source.guid.as_ref().filter(|guid| **guid == known.id.uuid()).map(|_| 0);
    };
    let new = &talk.source;
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    if let (Some(old), Some(new)) = (&old.guid, &new.guid) {
        return old.eq_ignore_ascii_case(new).then_some(0);
    }
    let later = u8::from(known.start != talk.content.start);
    if same(&old.code, &new.code) {
        Some(later)
    } else if old.code.is_some() && new.code.is_some() {
        None
    } else if same(&old.id, &new.id) {
        Some(2 + later)
    } else {
        (same(&old.slug, &new.slug) && (old.id.is_none() || new.id.is_none())).then_some(4 + later)
    }
}

/// A hash of what a schedule says of a session.
fn digest(talk: &Talk, speakers: &[SessionSpeaker]) -> String {
    let ids: Vec<_> = speakers.iter().map(|speaker| speaker.id).collect();
    let said = serde_json::to_vec(&(&talk.content, ids)).unwrap_or_default();
    hex::encode(Sha256::digest(said))
}
