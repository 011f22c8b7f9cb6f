//! Which sessions of a release somebody wants to see.

use jiff::civil::Date;

use super::model::{Agenda, Session};
use crate::id::SpeakerId;
use crate::time::Zone;

/// All that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// They begin on this day, by the clocks of the conference.
    pub day: Option<Date>,
    /// They are of this track.
    pub track: Option<String>,
    /// They are on this stage.
    pub stage: Option<String>,
    /// This speaker speaks in them.
    pub speaker: Option<SpeakerId>,
}

impl Filter {
    fn matches(&self, session: &Session, zone: &Zone) -> bool {
        let content = &session.content;
        let of = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|one| found == Some(one));
        self.day.is_none_or(|day| zone.at(content.start).date() == day)
            && of(&self.track, content.track.as_ref().map(|track| track.as_str()))
            && of(&self.stage, content.stage.as_ref().map(|stage| stage.as_str()))
            && self.speaker.is_none_or(|speaker| content.has_speaker(speaker))
    }
}

impl Agenda {
    /// The same release with only these sessions, cancelled ones included.
    #[must_use]
    pub fn only(mut self, filter: &Filter) -> Self {
        self.sessions.retain(|session| filter.matches(session, &self.timezone));
        self.cancelled.retain(|session| filter.matches(session, &self.timezone));
        self
    }
}
