//! What a release would change, and what in the draft looks wrong.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Agenda, Content, Draft, DraftSession};
use crate::id::{AgendaSessionId, SpeakerId};
use crate::text::Line;
use crate::time::{Time, Zone};

/// Warnings that are listed; whoever has more has to begin somewhere.
const MAX_WARNINGS: usize = 500;

/// When and where a session takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionSlot)]
pub struct Slot {
    /// When it begins.
    pub start: Time,
    /// When it ends.
    pub end: Time,
    /// The stage or room.
    pub stage: Option<Line<100>>,
}

impl Slot {
    fn of(content: &Content) -> Self {
        Self { start: content.start, end: content.end, stage: content.stage.clone() }
    }
}

/// A session that a release would add, move, change or cancel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionChange)]
pub struct Change {
    /// The session.
    pub id: AgendaSessionId,
    /// What it is called; of one that is cancelled, what it was called.
    pub title: Line<500>,
    /// When and where it is now; `null` for a new one.
    pub before: Option<Slot>,
    /// When and where it would be; `null` for one that is cancelled.
    pub after: Option<Slot>,
    /// The fields that differ.
    pub fields: Vec<String>,
}

/// What a release would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaChanges)]
pub struct Changes {
    /// Sessions that are new, or take place after all.
    pub added: Vec<Change>,
    /// Sessions with another time or stage; they may say something else, too.
    pub moved: Vec<Change>,
    /// Sessions that say something else.
    pub changed: Vec<Change>,
    /// Sessions that take place no more.
    pub cancelled: Vec<Change>,
}

impl Changes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        [&self.added, &self.moved, &self.changed, &self.cancelled].iter().all(|list| list.is_empty())
    }
}

/// What looks wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AgendaWarningKind)]
pub enum WarningKind {
    /// Two sessions on one stage at the same time.
    RoomOverlap,
    /// Somebody speaks in two sessions at the same time.
    SpeakerDoubleBooked,
    /// A session begins on none of the conference's days.
    OutsideConferenceDays,
}

/// Something that looks wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaWarning)]
pub struct Warning {
    /// What.
    pub kind: WarningKind,
    /// The sessions.
    pub sessions: Vec<AgendaSessionId>,
    /// For a person.
    pub message: String,
}

/// What the next release would change, and what looks wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaDiff)]
pub struct Diff {
    /// The draft's version: what `If-Match` of the release names.
    pub draft_version: u64,
    /// The current release's number.
    pub release: Option<u64>,
    /// What changes.
    #[serde(flatten)]
    pub changes: Changes,
    /// What looks wrong: none of it forbids the release.
    pub warnings: Vec<Warning>,
}

/// What the draft changes against a release.
pub fn changes(draft: &Draft, current: Option<&Agenda>) -> Changes {
    let released: BTreeMap<_, _> =
        current.iter().flat_map(|agenda| &agenda.sessions).map(|session| (session.id, &session.content)).collect();
    let mut changes = Changes::default();
    for DraftSession { id, content: after, .. } in &draft.sessions {
        let before = released.get(id).copied();
        let change = |fields: Vec<&'static str>| Change {
            id: *id,
            title: after.title.clone(),
            before: before.map(Slot::of),
            after: Some(Slot::of(after)),
            fields: fields.into_iter().map(str::to_owned).collect(),
        };
        match before {
            None => changes.added.push(change(Vec::new())),
            Some(before) if before == after => {}
            Some(before) if before.is_where_and_when(after) => changes.changed.push(change(before.differences(after))),
            Some(before) => changes.moved.push(change(before.differences(after))),
        }
    }
    let kept: std::collections::BTreeSet<_> = draft.sessions.iter().map(|session| session.id).collect();
    let gone = current.iter().flat_map(|agenda| &agenda.sessions).filter(|session| !kept.contains(&session.id));
    changes.cancelled.extend(gone.map(|session| Change {
        id: session.id,
        title: session.content.title.clone(),
        before: Some(Slot::of(&session.content)),
        after: None,
        fields: Vec::new(),
    }));
    changes
}

/// What looks wrong in the draft.
pub fn warnings(draft: &Draft, days: (Date, Date), zone: &Zone) -> Vec<Warning> {
    let mut by_stage: BTreeMap<&str, Vec<&DraftSession>> = BTreeMap::new();
    let mut by_speaker: BTreeMap<SpeakerId, Vec<&DraftSession>> = BTreeMap::new();
    let mut warnings = Vec::new();
    for session in &draft.sessions {
        if let Some(stage) = &session.content.stage {
            by_stage.entry(stage.as_str()).or_default().push(session);
        }
        for speaker in &session.content.speakers {
            by_speaker.entry(speaker.id).or_default().push(session);
        }
        let day = zone.at(session.content.start).date();
        if day < days.0 || day > days.1 {
            let (kind, title) = (WarningKind::OutsideConferenceDays, &session.content.title);
            let message = format!("\"{title}\" is on {day}, which is none of the conference's days.");
            warnings.push(Warning { kind, sessions: vec![session.id], message });
        }
    }
    for (stage, sessions) in by_stage {
        warnings.extend(clashes(sessions, WarningKind::RoomOverlap, &format!("are on {stage}")));
    }
    for (speaker, sessions) in by_speaker {
        let speakers = sessions.first().into_iter().flat_map(|session| &session.content.speakers);
        let name = speakers.filter(|one| one.id == speaker).map(|one| one.name.as_str()).next().unwrap_or_default();
        warnings.extend(clashes(sessions, WarningKind::SpeakerDoubleBooked, &format!("have {name}")));
    }
    warnings.truncate(MAX_WARNINGS);
    warnings
}

/// The pairs among some sessions that overlap.
fn clashes(mut sessions: Vec<&DraftSession>, kind: WarningKind, what: &str) -> Vec<Warning> {
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
