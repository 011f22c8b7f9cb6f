//! Importing a schedule. It is read as a whole before anything is stored. Speakers are stored first: until a session names
//! them they are no part of the agenda, and whoever imports again after a fault finds them. Then one write replaces the draft.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::AgendaService;
use crate::agenda::error::AgendaError;
use crate::agenda::model::{MAX_SESSIONS, SessionSpeaker};
use crate::agenda::reconcile::{SessionCounts, reconcile};
use crate::agenda::schedule;
use crate::error::Detail;
use crate::speakers::error::SpeakerError;
use crate::text::Slug;

/// Tries to import into a draft that others change, before it is given up.
const TRIES: usize = 5;

/// What became of the people of a schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpeakerCounts {
    /// New speakers.
    pub created: usize,
    /// Those who were known.
    pub matched: usize,
    /// Those of them whom the schedule has otherwise now.
    pub changed: usize,
}

/// What became of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// The draft's version now.
    pub draft_version: u64,
    /// Whether the draft is as it was.
    pub unchanged: bool,
    /// Sessions.
    pub sessions: SessionCounts,
    /// Speakers.
    pub speakers: SpeakerCounts,
    /// What was not as expected, and could be helped; 100 at most.
    pub warnings: Vec<Detail>,
}

impl AgendaService {
    /// Imports a schedule into the draft. What it had before and has no more is removed; what organisers wrote stays.
    pub async fn import(&self, conference: &Slug, file: &Value) -> Result<ImportReport, AgendaError> {
        let zone = self.conferences.get(conference).await?.timezone;
        let read = schedule::read(file, &zone).map_err(AgendaError::ScheduleInvalid)?;
        let mut speakers = SpeakerCounts::default();
        let mut tries = 0;
        loop {
            let mut loaded = self.read(conference).await?;
            let current = self.released(&loaded.head).await?;
            let matched = self.speakers.matched(conference, &loaded.speakers, &read.people);
            tries += 1;
            match self.speakers.store(&matched).await {
                Err(SpeakerError::VersionConflict | SpeakerError::SlugTaken) if tries < TRIES => continue,
                stored => stored?,
            }
            // What a first try stored is known to the second.
            speakers.created += matched.created.len();
            speakers.matched = read.people.len() - speakers.created;
            speakers.changed += matched.changed.len();
            let talks: Vec<_> = read
                .talks
                .iter()
                .map(|talk| {
                    let people = talk.people.iter().filter_map(|person| matched.speakers.get(*person));
                    let speaker = |id| matched.speaker(id, &loaded.speakers);
                    let named = people
                        .filter_map(|id| speaker(*id))
                        .map(|speaker| SessionSpeaker { id: speaker.id, name: speaker.name.clone() });
                    (talk.clone(), named.collect())
                })
                .collect();
            let (sessions, counts) = reconcile(&loaded.draft, current.as_ref(), &talks, self.clock.now(), &self.random);
            if sessions.len() > MAX_SESSIONS {
                return Err(AgendaError::TooLarge);
            }
            let unchanged = counts.created + counts.changed + counts.removed == 0;
            let mut draft_version = loaded.draft.version;
            if !unchanged {
                loaded.draft.sessions = sessions;
                match self.store(&loaded.head, loaded.draft).await {
                    Err(AgendaError::VersionConflict) if tries < TRIES => continue,
                    stored => draft_version = stored?,
                }
            }
            return Ok(ImportReport { draft_version, unchanged, sessions: counts, speakers, warnings: read.warnings });
        }
    }
}
