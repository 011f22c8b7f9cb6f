//! Filters the sessions of a release.

use super::model::{Agenda, Session};
use crate::speakers::model::SpeakerId;
use crate::time::{Date, Zone};

/// Conditions on a session. All that are set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The session starts on this day, in the conference's time zone.
    pub day: Option<Date>,
    /// The session is in this track.
    pub track: Option<String>,
    /// The session is on this stage.
    pub stage: Option<String>,
    /// This person speaks in the session.
    pub speaker: Option<SpeakerId>,
}

impl Filter {
    fn matches(&self, session: &Session, zone: &Zone) -> bool {
        let content = &session.content;
        let is = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|one| found == Some(one));
        self.day.is_none_or(|day| zone.date(content.start) == day)
            && is(&self.track, content.track.as_ref().map(|track| track.as_str()))
            && is(&self.stage, content.stage.as_ref().map(|stage| stage.as_str()))
            && self.speaker.is_none_or(|speaker| content.has_speaker(speaker))
    }
}

impl Agenda {
    /// The release with only the sessions that match, cancelled ones too.
    #[must_use]
    pub fn only(&self, filter: &Filter) -> Self {
        let matching = |sessions: &[Session]| {
            sessions.iter().filter(|session| filter.matches(session, &self.timezone)).cloned().collect()
        };
        Self {
            conference: self.conference.clone(),
            number: self.number,
            timezone: self.timezone.clone(),
            released_at: self.released_at,
            sessions: matching(&self.sessions),
            cancelled: matching(&self.cancelled),
        }
    }
}
