//! The draft: read with its speakers as they are called now, and changed as a whole.

use std::collections::HashMap;

use super::AgendaService;
use crate::agenda::diff::{Diff, changes, warnings};
use crate::agenda::error::AgendaError;
use crate::agenda::model::{Draft, DraftSession, Head};
use crate::id::SpeakerId;
use crate::speakers::model::Speaker;
use crate::text::{Line, Slug};

/// Tries to store a change that loses to other changes of the same draft, before it is given up.
const SAVE_TRIES: usize = 10;

/// A draft that was read.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    /// The head it was read with.
    pub(super) head: Head,
    /// The draft.
    pub(super) draft: Draft,
    /// All speakers of the conference.
    pub(super) speakers: Vec<Speaker>,
}

impl AgendaService {
    /// The draft. Of a conference without one it is empty; [`AgendaError::Conference`] when there is no such conference.
    pub async fn draft(&self, conference: &Slug) -> Result<Draft, AgendaError> {
        Ok(self.load(conference).await?.draft)
    }

    /// What the next release would change, and what looks wrong in the draft.
    pub async fn diff(&self, conference: &Slug) -> Result<Diff, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let (conference_item, loaded) = tokio::try_join!(exists, self.read(conference))?;
        let current = self.released(&loaded.head).await?;
        let days = (conference_item.start_date, conference_item.end_date);
        Ok(Diff {
            draft_version: loaded.draft.version,
            release: loaded.head.release,
            changes: changes(&loaded.draft, current.as_ref()),
            warnings: warnings(&loaded.draft, days, &conference_item.timezone),
        })
    }

    /// The draft of a conference that is there: whoever has a draft is.
    pub(super) async fn load(&self, conference: &Slug) -> Result<Loaded, AgendaError> {
        let loaded = self.read(conference).await?;
        if loaded.head.version == 0 {
            self.conferences.get(conference).await?;
        }
        Ok(loaded)
    }

    /// The draft, whether or not there is such a conference. Speakers are called what they are called now, and those who are no
    /// more are left out.
    pub(super) async fn read(&self, conference: &Slug) -> Result<Loaded, AgendaError> {
        let draft = async { self.repository.draft(conference).await.map_err(AgendaError::from) };
        let speakers = async { self.speakers.all(conference).await.map_err(AgendaError::from) };
        let ((head, mut draft), speakers) = tokio::try_join!(draft, speakers)?;
        let names: HashMap<SpeakerId, &Line<200>> =
            speakers.iter().map(|speaker| (speaker.id, &speaker.name)).collect();
        for session in &mut draft.sessions {
            session.content.speakers.retain_mut(|speaker| {
                let name = names.get(&speaker.id);
                if let Some(name) = name {
                    speaker.name = (*name).clone();
                }
                name.is_some()
            });
        }
        Ok(Loaded { head, draft, speakers })
    }

    /// Changes the draft: reads it, applies `change`, and stores it at the next version. A change that loses to another one is
    /// applied to the newer draft.
    pub(super) async fn change_draft<T, F>(&self, conference: &Slug, change: F) -> Result<T, AgendaError>
    where
        F: Fn(&mut Loaded) -> Result<T, AgendaError>,
    {
        let mut tries = 0;
        loop {
            let mut loaded = self.load(conference).await?;
            let before = loaded.draft.sessions.clone();
            let answer = change(&mut loaded)?;
            if loaded.draft.sessions == before {
                return Ok(answer);
            }
            tries += 1;
            match self.store(&loaded.head, loaded.draft).await {
                Ok(_) => return Ok(answer),
                Err(AgendaError::VersionConflict) if tries < SAVE_TRIES => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Stores the draft at its next version, if it is as it was read; answers the version.
    /// What is empty and was never released is forgotten, and the conference can be deleted.
    pub(super) async fn store(&self, head: &Head, mut draft: Draft) -> Result<u64, AgendaError> {
        if draft.sessions.is_empty() && head.release.is_none() && head.version > 0 {
            self.repository.forget_draft(head).await?;
            return Ok(0);
        }
        draft.version += 1;
        draft.sessions.sort_by(|a, b| place(a).cmp(&place(b)));
        let head = Head { version: head.version + 1, draft: draft.version, ..head.clone() };
        self.repository.save_draft(&head, &draft).await?;
        Ok(draft.version)
    }
}

/// Sessions are in order of time, and what is at one time in order of stages.
fn place(session: &DraftSession) -> impl Ord + '_ {
    (session.content.start, &session.content.stage, &session.content.title, session.id)
}
