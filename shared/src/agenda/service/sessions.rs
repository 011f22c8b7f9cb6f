//! Writing the draft, session by session. Each has a version of its own, so two organisers who change two sessions do not
//! disturb each other, though the draft is stored as a whole.

use serde::Deserialize;
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::{AgendaService, Loaded};
use crate::agenda::error::AgendaError;
use crate::agenda::model::{Content, DraftSession, MAX_SESSIONS, MAX_SPEAKERS, SessionSpeaker};
use crate::id::{AgendaSessionId, SpeakerId};
use crate::speakers::model::Speaker;
use crate::text::{Line, Slug, Text, not_null, set};
use crate::time::Time;
use crate::url::WebUrl;

/// Longest session, in seconds.
const LONGEST: i64 = 14 * 24 * 3600;

/// A session to be written.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAgendaSession)]
pub struct NewSession {
    /// What it is called.
    pub title: Line<500>,
    /// What it is called, continued.
    pub subtitle: Option<Line<500>>,
    /// What it is about, in short.
    #[serde(rename = "abstract")]
    pub summary: Option<Text<20000>>,
    /// What it is about, at length.
    pub description: Option<Text<20000>>,
    /// When it begins.
    pub start: Time,
    /// When it ends, after it begins.
    pub end: Time,
    /// The stage or room.
    pub stage: Option<Line<100>>,
    /// The track.
    pub track: Option<Line<100>>,
    /// A talk, a workshop, a break.
    #[serde(rename = "type")]
    pub kind: Option<Line<100>>,
    /// The language it is held in.
    pub language: Option<Line<40>>,
    /// Speakers of the conference, in order.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub speakers: Vec<SpeakerId>,
    /// A page about it.
    pub url: Option<WebUrl>,
    /// A picture of it.
    pub logo_url: Option<WebUrl>,
    /// Whether it must not be recorded.
    #[serde(default)]
    pub do_not_record: bool,
}

/// Changes to a session. A field that is absent stays, `null` clears, a value replaces.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AgendaSessionPatch)]
pub struct SessionPatch {
    /// What it is called.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub title: Option<Line<500>>,
    /// What it is called, continued.
    #[serde(with = "double_option")]
    pub subtitle: Option<Option<Line<500>>>,
    /// What it is about, in short.
    #[serde(rename = "abstract", with = "double_option")]
    pub summary: Option<Option<Text<20000>>>,
    /// What it is about, at length.
    #[serde(with = "double_option")]
    pub description: Option<Option<Text<20000>>>,
    /// When it begins.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub start: Option<Time>,
    /// When it ends.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub end: Option<Time>,
    /// The stage or room.
    #[serde(with = "double_option")]
    pub stage: Option<Option<Line<100>>>,
    /// The track.
    #[serde(with = "double_option")]
    pub track: Option<Option<Line<100>>>,
    /// A talk, a workshop, a break.
    #[serde(rename = "type", with = "double_option")]
    pub kind: Option<Option<Line<100>>>,
    /// The language it is held in.
    #[serde(with = "double_option")]
    pub language: Option<Option<Line<40>>>,
    /// Speakers of the conference, in order.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false, max_items = 100)]
    pub speakers: Option<Vec<SpeakerId>>,
    /// A page about it.
    #[serde(with = "double_option")]
    pub url: Option<Option<WebUrl>>,
    /// A picture of it.
    #[serde(with = "double_option")]
    pub logo_url: Option<Option<WebUrl>>,
    /// Whether it must not be recorded.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub do_not_record: Option<bool>,
}

impl AgendaService {
    /// Writes a session into the draft.
    pub async fn create_session(&self, conference: &Slug, new: NewSession) -> Result<DraftSession, AgendaError> {
        let id = AgendaSessionId::generate(self.clock.now(), &self.random);
        self.change_draft(conference, |loaded| {
            if loaded.draft.sessions.len() >= MAX_SESSIONS {
                return Err(AgendaError::TooLarge);
            }
            let new = new.clone();
            let content = Content {
                title: new.title,
                subtitle: new.subtitle,
                summary: new.summary,
                description: new.description,
                start: new.start,
                end: new.end,
                stage: new.stage,
                track: new.track,
                kind: new.kind,
                language: new.language,
                speakers: named(&new.speakers, &loaded.speakers)?,
                url: new.url,
                logo_url: new.logo_url,
                do_not_record: new.do_not_record,
            };
            let session = DraftSession { id, version: 1, content: in_order(content)?, source: None };
            loaded.draft.sessions.push(session.clone());
            Ok(session)
        })
        .await
    }

    /// Changes a session of the draft that is at version `expected`.
    pub async fn update_session(
        &self,
        conference: &Slug,
        id: AgendaSessionId,
        patch: SessionPatch,
        expected: u64,
    ) -> Result<DraftSession, AgendaError> {
        self.change_draft(conference, |loaded| {
            let position = position(loaded, id, expected)?;
            let session = &mut loaded.draft.sessions[position];
            let (patch, mut content) = (patch.clone(), session.content.clone());
            set(&mut content.title, patch.title);
            set(&mut content.subtitle, patch.subtitle);
            set(&mut content.summary, patch.summary);
            set(&mut content.description, patch.description);
            set(&mut content.start, patch.start);
            set(&mut content.end, patch.end);
            set(&mut content.stage, patch.stage);
            set(&mut content.track, patch.track);
            set(&mut content.kind, patch.kind);
            set(&mut content.language, patch.language);
            set(&mut content.url, patch.url);
            set(&mut content.logo_url, patch.logo_url);
            set(&mut content.do_not_record, patch.do_not_record);
            if let Some(speakers) = patch.speakers {
                content.speakers = named(&speakers, &loaded.speakers)?;
            }
            let content = in_order(content)?;
            if content != session.content {
                session.content = content;
                session.version += 1;
            }
            Ok(session.clone())
        })
        .await
    }

    /// Takes a session at version `expected` out of the draft.
    pub async fn delete_session(
        &self,
        conference: &Slug,
        id: AgendaSessionId,
        expected: u64,
    ) -> Result<(), AgendaError> {
        self.change_draft(conference, |loaded| {
            let position = position(loaded, id, expected)?;
            loaded.draft.sessions.remove(position);
            Ok(())
        })
        .await
    }
}

/// Where the session is in the draft, if it is at the version.
fn position(loaded: &Loaded, id: AgendaSessionId, expected: u64) -> Result<usize, AgendaError> {
    let found = loaded.draft.sessions.iter().position(|session| session.id == id);
    let position = found.ok_or(AgendaError::SessionNotFound)?;
    if loaded.draft.sessions[position].version == expected {
        Ok(position)
    } else {
        Err(AgendaError::PreconditionFailed)
    }
}

/// These speakers of the conference, as sessions name them; repetitions are merged.
fn named(ids: &[SpeakerId], speakers: &[Speaker]) -> Result<Vec<SessionSpeaker>, AgendaError> {
    let mut named: Vec<SessionSpeaker> = Vec::with_capacity(ids.len());
    for (position, id) in ids.iter().enumerate() {
        let speaker = speakers.iter().find(|speaker| speaker.id == *id).filter(|_| position < MAX_SPEAKERS);
        let speaker = speaker.ok_or(AgendaError::UnknownSpeaker { position })?;
        if named.iter().all(|one| one.id != *id) {
            named.push(SessionSpeaker { id: *id, name: speaker.name.clone() });
        }
    }
    Ok(named)
}

fn in_order(content: Content) -> Result<Content, AgendaError> {
    match content.end.millis() - content.start.millis() {
        ..=0 => Err(AgendaError::TimesOutOfOrder),
        length if length > LONGEST * 1000 => Err(AgendaError::TooLong),
        _ => Ok(content),
    }
}
