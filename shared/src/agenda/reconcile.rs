//! Reconciles the draft with a schedule: which of its sessions the draft has already, which are new, and which are
//! gone. Sessions that organisers wrote stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::model::{Agenda, Content, Draft, DraftSession, Session, SessionSpeaker, Source};
use super::schedule::ParsedSession;
use super::view::SessionCounts;
use crate::id::AgendaSessionId;
use crate::pairing::pair;
use crate::random::Random;
use crate::speakers::model::SpeakerId;
use crate::time::Time;

/// A session of a schedule whose people are speakers of the conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedSession {
    source: Source,
    content: Content,
}

impl ImportedSession {
    /// `people` are the speakers that the people of the schedule are, in the schedule's order.
    pub fn new(session: ParsedSession, people: &[SessionSpeaker]) -> Self {
        let speakers: Vec<SessionSpeaker> =
            session.people.iter().filter_map(|position| people.get(*position)).cloned().collect();
        let source = Source { digest: Some(digest(&session.content, &speakers)), ..session.source };
        Self { source, content: Content { speakers, ..session.content } }
    }

    fn into_draft(self, id: AgendaSessionId, version: u64) -> DraftSession {
        DraftSession { id, version, content: self.content, source: Some(self.source) }
    }
}

/// A hash of what a schedule says of a session. Speakers count by their id, so that a new name of a speaker is no
/// change.
fn digest(content: &Content, speakers: &[SessionSpeaker]) -> String {
    let ids: Vec<SpeakerId> = speakers.iter().map(|speaker| speaker.id).collect();
    let said = serde_json::to_vec(&(content, ids)).unwrap_or_default();
    // A session without links has the hash that it had before sessions had links: a new hash would undo what organisers
    // changed. In a text the quotation marks would be escaped.
    let said = String::from_utf8(said).unwrap_or_default();
    hex::encode(Sha256::digest(said.replacen(",\"links\":[],\"attachments\":[]}", "}", 1)))
}

/// The draft after an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// The sessions of the draft: those of the schedule in its order, then those that stay.
    pub sessions: Vec<DraftSession>,
    /// What the import did.
    pub counts: SessionCounts,
}

/// The draft's sessions after the import of a schedule. Sessions that the schedule has, but that were `left_out`, stay as
/// they are.
pub fn reconcile(
    draft: &Draft,
    current: Option<&Agenda>,
    imported: &[ImportedSession],
    left_out: &[Source],
    now: Time,
    random: &Random,
) -> Reconciled {
    let pairs = pair(imported, known_sessions(draft, current), &LEVELS, likeness);
    let next = |(new, known): (&ImportedSession, Option<Known<'_>>)| match known {
        Some(Known::Imported { session, .. }) => updated(session, new),
        Some(Known::Written(session)) => session.clone(),
        // Under the id it had, so that bookmarks and calendar entries find the session again. Its version follows those
        // it had: no session has had more versions than the draft.
        Some(Known::Released { session, .. }) => new.clone().into_draft(session.id, draft.version + 1),
        None => new.clone().into_draft(AgendaSessionId::generate(now, random), 1),
    };
    let mut sessions: Vec<DraftSession> = imported.iter().zip(pairs).map(next).collect();
    let mut counts = counts(&sessions, draft);
    let in_schedule: BTreeSet<AgendaSessionId> = sessions.iter().map(|session| session.id).collect();
    let others = draft.sessions.iter().filter(|session| !in_schedule.contains(&session.id));
    let is_gone = |source: &Source| !left_out.iter().any(|kept| kept.is_of(source));
    let (removed, kept): (Vec<&DraftSession>, Vec<_>) =
        others.partition(|session| session.source.as_ref().is_some_and(is_gone));
    counts.removed = removed.len();
    sessions.extend(kept.into_iter().cloned());
    Reconciled { sessions, counts }
}

fn counts(sessions: &[DraftSession], draft: &Draft) -> SessionCounts {
    let before: BTreeMap<AgendaSessionId, &DraftSession> =
        draft.sessions.iter().map(|session| (session.id, session)).collect();
    let mut counts = SessionCounts::default();
    for session in sessions {
        match before.get(&session.id) {
            None => counts.created += 1,
            Some(before) if *before == session => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
    counts
}

/// The session as the schedule has it now, if the schedule says something new. If not, the changes of organisers stay.
fn updated(before: &DraftSession, new: &ImportedSession) -> DraftSession {
    let digest_before = before.source.as_ref().and_then(|source| source.digest.as_ref());
    let says_the_same = digest_before == new.source.digest.as_ref();
    let content = if says_the_same { before.content.clone() } else { new.content.clone() };
    let source = Some(new.source.clone());
    if content == before.content && source == before.source {
        return before.clone();
    }
    DraftSession { id: before.id, version: before.version + 1, content, source }
}

/// A session that a session of the schedule may be.
enum Known<'a> {
    /// In the draft, from an earlier import.
    Imported { session: &'a DraftSession, source: &'a Source },
    /// In the draft, written by an organiser. The schedule has it only if it is an export of the agenda.
    Written(&'a DraftSession),
    /// In the current release, from an earlier import, and no longer in the draft.
    Released { session: &'a Session, source: &'a Source },
}

fn known_sessions<'a>(draft: &'a Draft, current: Option<&'a Agenda>) -> Vec<Known<'a>> {
    let in_draft: BTreeSet<AgendaSessionId> = draft.sessions.iter().map(|session| session.id).collect();
    let drafted = draft.sessions.iter().map(|session| match &session.source {
        Some(source) => Known::Imported { session, source },
        None => Known::Written(session),
    });
    let released = current.into_iter().flat_map(|agenda| agenda.sessions.iter().chain(&agenda.cancelled));
    let released = released.filter(|session| !in_draft.contains(&session.id)).filter_map(|session| {
        let source = session.source.as_ref()?;
        Some(Known::Released { session, source })
    });
    drafted.chain(released).collect()
}

/// Why a known session is taken for a session of the schedule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Guid,
    CodeAndStart,
    Code,
    NumberAndStart,
    Number,
    SlugAndStart,
    Slug,
}

/// The surest first. Schedules without GUIDs may have one code for a session that takes place several times, so the
/// same start is surer.
const LEVELS: [Likeness; 7] = [
    Likeness::Guid,
    Likeness::CodeAndStart,
    Likeness::Code,
    Likeness::NumberAndStart,
    Likeness::Number,
    Likeness::SlugAndStart,
    Likeness::Slug,
];

fn likeness(imported: &ImportedSession, known: &Known<'_>) -> Option<Likeness> {
    let new = &imported.source;
    let (old, start) = match known {
        Known::Imported { session, source } => (source, session.content.start),
        Known::Released { session, source } => (source, session.content.start),
        Known::Written(session) => {
            // An export has the id of the session as its GUID.
            return new.guid.as_ref().filter(|guid| **guid == session.id.uuid()).map(|_| Likeness::Guid);
        }
    };
    if let (Some(old), Some(new)) = (&old.guid, &new.guid) {
        return old.eq_ignore_ascii_case(new).then_some(Likeness::Guid);
    }
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let same_start = start == imported.content.start;
    let level = |with_start, without| Some(if same_start { with_start } else { without });
    if same(&old.code, &new.code) {
        level(Likeness::CodeAndStart, Likeness::Code)
    } else if old.code.is_some() && new.code.is_some() {
        None
    } else if same(&old.id, &new.id) {
        level(Likeness::NumberAndStart, Likeness::Number)
    } else if same(&old.slug, &new.slug) && (old.id.is_none() || new.id.is_none()) {
        level(Likeness::SlugAndStart, Likeness::Slug)
    } else {
        None
    }
}
