//! Exporting the current release, or the draft, as a schedule.

use serde_json::Value;

use super::AgendaService;
use crate::agenda::error::AgendaError;
use crate::agenda::schedule::{self, Entry, Export};
use crate::text::Slug;

impl AgendaService {
    /// The current release as a schedule.
    pub async fn export(&self, conference: &Slug) -> Result<Value, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let speakers = async { self.speakers.all(conference).await.map_err(AgendaError::from) };
        let (conference, released, speakers) = tokio::try_join!(exists, self.current(conference), speakers)?;
        let agenda = &released.agenda;
        Ok(schedule::write(&Export {
            conference: &conference,
            version: agenda.number.to_string(),
            zone: &agenda.timezone,
            sessions: agenda.sessions.iter().map(Entry::from).collect(),
            speakers: &speakers,
        }))
    }

    /// The draft as a schedule.
    pub async fn export_draft(&self, conference: &Slug) -> Result<Value, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let (conference, loaded) = tokio::try_join!(exists, self.read(conference))?;
        Ok(schedule::write(&Export {
            conference: &conference,
            version: format!("draft {}", loaded.draft.version),
            zone: &conference.timezone,
            sessions: loaded.draft.sessions.iter().map(Entry::from).collect(),
            speakers: &loaded.speakers,
        }))
    }
}
