//! Reading and changing the draft.

use std::collections::HashMap;

use super::AgendaService;
use crate::agenda::diff::{Diff, changes};
use crate::agenda::error::AgendaError;
use crate::agenda::model::{Draft, DraftSession, Head};
use crate::agenda::warnings::warnings;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::dynamo::Contention;
use crate::id::AgendaSessionId;
use crate::random::Random;
use crate::speakers::model::{Speaker, SpeakerId};
use crate::text::{Line, Slug};

/// Fields of a session whose values the audit shows: all but long texts, links and people.
const SHOWN: [&str; 8] = ["title", "start", "end", "stage", "track", "type", "language", "do_not_record"];

/// A change of a session, for the audit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act<'a> {
    pub(super) actor: &'a Actor,
    /// The audit's name for it.
    pub(super) action: &'static str,
    /// The session.
    pub(super) id: AgendaSessionId,
}

/// A draft that was read, with what is needed to change it.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    /// The head that the draft was read with.
    pub(super) head: Head,
    pub(super) draft: Draft,
    /// All speakers of the conference.
    pub(super) speakers: Vec<Speaker>,
}

impl AgendaService {
    /// The draft. It is empty if the conference has none; [`AgendaError::Conference`] if there is no such conference.
    pub async fn draft(&self, conference: &Slug) -> Result<Draft, AgendaError> {
        Ok(self.load(conference).await?.draft)
    }

    /// What the next release would change, and likely mistakes in the draft.
    pub async fn diff(&self, conference: &Slug) -> Result<Diff, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let (conference, loaded) = tokio::try_join!(exists, self.read(conference))?;
        let current = self.released(&loaded.head).await?;
        Ok(Diff {
            draft_version: loaded.draft.version,
            release: loaded.head.release,
            changes: changes(&loaded.draft, current.as_ref().map(|current| &current.agenda)),
            warnings: warnings(&loaded.draft, conference.start_date, conference.end_date, &conference.timezone),
        })
    }

    /// The draft of a conference that exists. If it has sessions, the conference exists, and needs no request.
    async fn load(&self, conference: &Slug) -> Result<Loaded, AgendaError> {
        let loaded = self.read(conference).await?;
        if loaded.draft.sessions.is_empty() {
            self.conferences.get(conference).await?;
        }
        Ok(loaded)
    }

    /// The draft, whether or not the conference exists. Speakers have their current names, and deleted speakers are
    /// left out.
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

    /// Changes the session of `act` in the draft, unless `change` leaves it as it is. If another request changes the
    /// draft at the same time, `change` is applied again, to the newer draft.
    pub(super) async fn change_draft<T, F>(&self, act: Act<'_>, conference: &Slug, change: F) -> Result<T, AgendaError>
    where
        F: Fn(&mut Loaded) -> Result<T, AgendaError>,
    {
        let attempt = || async {
            let mut loaded = self.load(conference).await?;
            let before = loaded.draft.sessions.clone();
            let answer = change(&mut loaded)?;
            if loaded.draft.sessions != before {
                let [old, new] = [&before, &loaded.draft.sessions].map(|all| all.iter().find(|one| one.id == act.id));
                let (path, changes) = (format!("/sessions/{}", act.id), Changes::between(old, new, &SHOWN));
                let entry = self.entry(act.actor, act.action, conference, &path, changes);
                self.store(&loaded.head, loaded.draft, &entry).await?;
            }
            Ok(answer)
        };
        retry_conflicts(&self.random, attempt).await
    }

    /// Stores the draft at its next version, if its head is still current; answers the version.
    pub(super) async fn store(&self, head: &Head, mut draft: Draft, entry: &AuditEntry) -> Result<u64, AgendaError> {
        draft.version += 1;
        draft.sessions.sort_by(|a, b| order(a).cmp(&order(b)));
        self.repository.save_draft(head, &draft, entry).await?;
        Ok(draft.version)
    }
}

/// Attempts a change of the draft until no other request is faster. Each attempt reads the draft anew. All sessions
/// share one draft, so organisers who change different sessions at the same time conflict often.
pub(super) async fn retry_conflicts<T, F>(random: &Random, attempt: impl Fn() -> F) -> Result<T, AgendaError>
where
    F: Future<Output = Result<T, AgendaError>>,
{
    let mut contention = Contention::new(random);
    loop {
        match attempt().await {
            Err(AgendaError::VersionConflict) if contention.wait().await => {}
            done => return done,
        }
    }
}

/// Sessions are in order of time, then of stages; the rest makes the order the same each time.
fn order(session: &DraftSession) -> impl Ord + '_ {
    (session.content.start, &session.content.stage, &session.content.title, session.id)
}
