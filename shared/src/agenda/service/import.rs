//! Importing a schedule: the file is parsed, its people become speakers, its sessions become sessions of the draft.
//!
//! The file is parsed as a whole before anything is stored. Speakers are stored before the draft. If the import stops
//! between the two, the new speakers are in no session, and the next import finds them. Each transaction
//! puts the same entry of the audit. The first is done before the draft is compared, so the entry has the file's counts.

use serde_json::json;

use super::AgendaService;
use super::draft::{Loaded, retry_conflicts};
use crate::agenda::error::AgendaError;
use crate::agenda::model::{Draft, MAX_SESSIONS, SessionSpeaker, Source};
use crate::agenda::reconcile::{ImportedSession, Reconciled, reconcile};
use crate::agenda::schedule::{self, File};
use crate::agenda::view::{ImportOptions, ImportReport, SessionCounts};
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::text::Slug;

/// The fields of an import. The audit shows the values of all of them.
const SHOWN: [&str; 3] = ["sessions", "speakers", "allow_empty"];

impl AgendaService {
    /// Imports a schedule into the draft. Sessions of earlier imports that it no longer has are removed; sessions that
    /// organisers wrote stay.
    pub async fn import(
        &self,
        actor: &Actor,
        conference: &Slug,
        file: &File,
        options: ImportOptions,
    ) -> Result<ImportReport, AgendaError> {
        let zone = self.conferences.get(conference).await?.timezone;
        let schedule = schedule::read(file.json(), &zone, options.strict).map_err(AgendaError::ScheduleInvalid)?;
        let (sessions, speakers) = (schedule.sessions.len(), schedule.people.len());
        let imported = json!({"sessions": sessions, "speakers": speakers, "allow_empty": options.allow_empty});
        let changes = Changes::between(None, Some(&imported), &SHOWN);
        let entry = self.entry(actor, "agenda.import", conference, "", changes);

        let people = self.speakers.import(conference, &schedule.people, &entry).await?;
        let speakers: Vec<SessionSpeaker> = people.speakers.iter().map(SessionSpeaker::from).collect();
        let sessions = schedule.sessions.into_iter();
        let imported: Vec<ImportedSession> = sessions.map(|session| ImportedSession::new(session, &speakers)).collect();

        let write = || self.write_imported(conference, &imported, &schedule.left_out, options, &entry);
        let (sessions, draft_version) = retry_conflicts(&self.random, write).await?;
        Ok(ImportReport {
            draft_version,
            unchanged: sessions.is_unchanged(),
            sessions,
            speakers: people.counts,
            warnings: schedule.warnings,
        })
    }

    /// Writes the sessions of a schedule into the draft, if no other request changes it meanwhile. Answers the version
    /// of the draft afterwards.
    async fn write_imported(
        &self,
        conference: &Slug,
        imported: &[ImportedSession],
        left_out: &[Source],
        options: ImportOptions,
        entry: &AuditEntry,
    ) -> Result<(SessionCounts, u64), AgendaError> {
        let Loaded { head, draft, .. } = self.read(conference).await?;
        let current = self.released(&head).await?;
        let Reconciled { sessions, counts } = reconcile(
            &draft,
            current.as_ref().map(|one| &one.agenda),
            imported,
            left_out,
            self.clock.now(),
            &self.random,
        );
        // A program that fails to export often writes a file without sessions.
        if imported.is_empty() && counts.removed > 0 && !options.allow_empty {
            return Err(AgendaError::ScheduleEmpty);
        }
        if sessions.len() > MAX_SESSIONS {
            return Err(AgendaError::TooLarge);
        }
        if counts.is_unchanged() {
            return Ok((counts, draft.version));
        }
        let version = self.store(&head, Draft { sessions, ..draft }, entry).await?;
        Ok((counts, version))
    }
}
