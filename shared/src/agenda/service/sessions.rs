//! Writing the draft session by session. Each session has a version of its own, so organisers who change different
//! sessions at the same time do not disturb each other, although the draft is stored as a whole.

use super::AgendaService;
use super::draft::{Act, Loaded};
use crate::agenda::error::AgendaError;
use crate::agenda::model::{Content, DraftSession, MAX_SESSIONS, MAX_SPEAKERS, SessionSpeaker};
use crate::agenda::view::{NewSession, SessionPatch};
use crate::audit::model::Actor;
use crate::expected::Expected;
use crate::id::AgendaSessionId;
use crate::speakers::model::{Speaker, SpeakerId};
use crate::text::Slug;

/// Longest session in milliseconds: 14 days. A longer one is a mistyped date.
const MAX_LENGTH: i64 = 14 * 24 * 3600 * 1000;

impl AgendaService {
    /// Adds a session to the draft.
    pub async fn create_session(
        &self,
        actor: &Actor,
        conference: &Slug,
        new: NewSession,
    ) -> Result<DraftSession, AgendaError> {
        let id = AgendaSessionId::of_request(self.clock.now(), &self.random);
        let create = |loaded: &mut Loaded| {
            if let Some(session) = loaded.draft.sessions.iter().find(|session| session.id == id) {
                return Ok(session.clone());
            }
            if loaded.draft.sessions.len() >= MAX_SESSIONS {
                return Err(AgendaError::TooLarge);
            }
            let speakers = session_speakers(&new.speakers, &loaded.speakers)?;
            let content = new.clone().into_content(speakers);
            check_times(&content)?;
            let session = DraftSession { id, version: 1, content, source: None };
            loaded.draft.sessions.push(session.clone());
            Ok(session)
        };
        self.change_draft(Act { actor, action: "agenda_session.create", id }, conference, create).await
    }

    /// Changes a session of the draft that is at version `expected`.
    pub async fn update_session(
        &self,
        actor: &Actor,
        conference: &Slug,
        id: AgendaSessionId,
        patch: SessionPatch,
        expected: &Expected,
    ) -> Result<DraftSession, AgendaError> {
        let update = |loaded: &mut Loaded| {
            let position = position(&loaded.draft.sessions, id, expected)?;
            let speakers = patch.speakers.as_ref().map(|ids| session_speakers(ids, &loaded.speakers)).transpose()?;
            let session = &mut loaded.draft.sessions[position];
            let before = session.content.clone();
            patch.clone().apply(&mut session.content, speakers);
            check_times(&session.content)?;
            if session.content != before {
                session.version += 1;
            }
            Ok(session.clone())
        };
        self.change_draft(Act { actor, action: "agenda_session.update", id }, conference, update).await
    }

    /// Removes a session at version `expected` from the draft.
    pub async fn delete_session(
        &self,
        actor: &Actor,
        conference: &Slug,
        id: AgendaSessionId,
        expected: &Expected,
    ) -> Result<(), AgendaError> {
        let delete = |loaded: &mut Loaded| {
            let position = position(&loaded.draft.sessions, id, expected)?;
            loaded.draft.sessions.remove(position);
            Ok(())
        };
        self.change_draft(Act { actor, action: "agenda_session.delete", id }, conference, delete).await
    }
}

/// The position of a session that is at version `expected`.
fn position(sessions: &[DraftSession], id: AgendaSessionId, expected: &Expected) -> Result<usize, AgendaError> {
    let position = sessions.iter().position(|session| session.id == id).ok_or(AgendaError::NotInDraft(id))?;
    if expected.has(sessions[position].version) { Ok(position) } else { Err(AgendaError::SessionChanged) }
}

/// The speakers of a session, each once, among those of the conference.
fn session_speakers(ids: &[SpeakerId], known: &[Speaker]) -> Result<Vec<SessionSpeaker>, AgendaError> {
    if ids.len() > MAX_SPEAKERS {
        return Err(AgendaError::TooManySpeakers);
    }
    let mut speakers: Vec<SessionSpeaker> = Vec::with_capacity(ids.len());
    for (position, id) in ids.iter().enumerate() {
        let found = known.iter().find(|speaker| speaker.id == *id);
        let speaker = found.ok_or(AgendaError::UnknownSpeaker { id: *id, position })?;
        if speakers.iter().all(|one| one.id != *id) {
            speakers.push(speaker.into());
        }
    }
    Ok(speakers)
}

fn check_times(content: &Content) -> Result<(), AgendaError> {
    for (field, time) in [("start", content.start), ("end", content.end)] {
        if !time.is_plausible() {
            return Err(AgendaError::ImplausibleYear(field));
        }
    }
    match content.end.millis() - content.start.millis() {
        ..=0 => Err(AgendaError::TimesOutOfOrder),
        length if length > MAX_LENGTH => Err(AgendaError::TooLong),
        _ => Ok(()),
    }
}
