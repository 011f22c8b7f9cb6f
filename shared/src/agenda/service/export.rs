//! Exporting the current release, or the draft, as a schedule.

use serde_json::Value;

use super::AgendaService;
use crate::agenda::error::AgendaError;
use crate::agenda::schedule;
use crate::text::Slug;

impl AgendaService {
    /// The current release as a schedule.
    pub async fn export(&self, conference: &Slug) -> Result<Value, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let speakers = async { self.speakers.all(conference).await.map_err(AgendaError::from) };
        let (item, agenda, speakers) = tokio::try_join!(exists, self.current(conference), speakers)?;
        let sessions: Vec<_> =
            agenda.sessions.iter().map(|session| (session.id, &session.content, session.source.as_ref())).collect();
        let version = agenda.number.to_string();
        Ok(schedule::write(&item, &version, &agenda.timezone, &sessions, &speakers))
    }

    /// The draft as a schedule.
    pub async fn export_draft(&self, conference: &Slug) -> Result<Value, AgendaError> {
        let exists = async { self.conferences.get(conference).await.map_err(AgendaError::from) };
        let (item, loaded) = tokio::try_join!(exists, self.read(conference))?;
        let sessions = loaded.draft.sessions.iter();
        let sessions: Vec<_> =
            sessions.map(|session| (session.id, &session.content, session.source.as_ref())).collect();
        let version = format!("draft {}", loaded.draft.version);
        Ok(schedule::write(&item, &version, &item.timezone, &sessions, &loaded.speakers))
    }
}
