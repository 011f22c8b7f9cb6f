//! Finds likely mistakes in the draft.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Draft, DraftSession};
use crate::id::AgendaSessionId;
use crate::speakers::model::SpeakerId;
use crate::time::{Date, Zone};

/// Warnings that are listed. A draft of 3,000 sessions at the same time has millions, and nobody reads on.
const MAX_WARNINGS: usize = 500;

/// Kind of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AgendaWarningKind)]
pub enum WarningKind {
    /// Two sessions are on the same stage at the same time.
    RoomOverlap,
    /// A speaker has two sessions at the same time.
    SpeakerDoubleBooked,
    /// A session starts on a day that is not a day of the conference.
    OutsideConferenceDays,
}

/// A likely mistake in the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaWarning)]
pub struct Warning {
    /// Kind of the warning.
    pub kind: WarningKind,
    /// Ids of the sessions.
    pub sessions: Vec<AgendaSessionId>,
    /// Text for people.
    pub message: String,
}

/// The likely mistakes in the draft of a conference on these days.
pub fn warnings(draft: &Draft, first_day: Date, last_day: Date, zone: &Zone) -> Vec<Warning> {
    let mut warnings = outside_days(draft, first_day, last_day, zone);
    warnings.extend(room_overlaps(draft));
    warnings.extend(double_bookings(draft));
    warnings.truncate(MAX_WARNINGS);
    warnings
}

fn outside_days(draft: &Draft, first_day: Date, last_day: Date, zone: &Zone) -> Vec<Warning> {
    let outside = draft.sessions.iter().filter_map(|session| {
        let day = zone.date(session.content.start);
        let message = format!("\"{}\" is on {day}, which is not a day of the conference.", session.content.title);
        let kind = WarningKind::OutsideConferenceDays;
        (day < first_day || day > last_day).then(|| Warning { kind, sessions: vec![session.id], message })
    });
    outside.collect()
}

fn room_overlaps(draft: &Draft) -> Vec<Warning> {
    let mut by_stage: BTreeMap<&str, Vec<&DraftSession>> = BTreeMap::new();
    for session in &draft.sessions {
        if let Some(stage) = &session.content.stage {
            by_stage.entry(stage.as_str()).or_default().push(session);
        }
    }
    let overlaps = by_stage.into_iter().flat_map(|(stage, sessions)| {
        overlapping_pairs(sessions, WarningKind::RoomOverlap, &format!("are on {stage}"))
    });
    overlaps.collect()
}

fn double_bookings(draft: &Draft) -> Vec<Warning> {
    let mut by_speaker: BTreeMap<SpeakerId, Vec<&DraftSession>> = BTreeMap::new();
    let mut names: BTreeMap<SpeakerId, &str> = BTreeMap::new();
    for session in &draft.sessions {
        for speaker in &session.content.speakers {
            by_speaker.entry(speaker.id).or_default().push(session);
            names.insert(speaker.id, speaker.name.as_str());
        }
    }
    let bookings = by_speaker.into_iter().flat_map(|(speaker, sessions)| {
        let name = names.get(&speaker).copied().unwrap_or_default();
        overlapping_pairs(sessions, WarningKind::SpeakerDoubleBooked, &format!("have {name}"))
    });
    bookings.collect()
}

/// A warning for each pair of the sessions that overlap.
fn overlapping_pairs(mut sessions: Vec<&DraftSession>, kind: WarningKind, what: &str) -> Vec<Warning> {
    sessions.sort_by_key(|session| (session.content.start, session.id));
    let mut found = Vec::new();
    for (position, first) in sessions.iter().enumerate() {
        let later = sessions[position + 1..].iter().take_while(|later| later.content.start < first.content.end);
        for second in later.filter(|second| second.content.overlaps(&first.content)) {
            if found.len() >= MAX_WARNINGS {
                return found;
            }
            let (one, other) = (&first.content.title, &second.content.title);
            let message = format!("\"{one}\" and \"{other}\" {what} at the same time.");
            found.push(Warning { kind, sessions: vec![first.id, second.id], message });
        }
    }
    found
}
