//! Compares the draft with the current release.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Agenda, Content, Draft, DraftSession, Session};
use super::warnings::Warning;
use crate::id::AgendaSessionId;
use crate::text::Line;
use crate::time::Time;

/// Time and stage of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionSlot)]
pub struct Slot {
    /// Start time.
    pub start: Time,
    /// End time.
    pub end: Time,
    /// Stage or room.
    pub stage: Option<Line<100>>,
}

impl From<&Content> for Slot {
    fn from(content: &Content) -> Self {
        Self { start: content.start, end: content.end, stage: content.stage.clone() }
    }
}

/// A session that the next release would add, move, change or cancel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionChange)]
pub struct Change {
    /// Session id.
    pub id: AgendaSessionId,
    /// Title in the draft, or in the current release if the session would be cancelled.
    pub title: Line<500>,
    /// Time and stage in the current release. `null` for an added session.
    pub before: Option<Slot>,
    /// Time and stage in the draft. `null` for a cancelled session.
    pub after: Option<Slot>,
    /// Names of the fields that differ.
    pub fields: Vec<String>,
}

impl Change {
    fn added(session: &DraftSession) -> Self {
        let content = &session.content;
        let (title, after) = (content.title.clone(), Some(content.into()));
        Self { id: session.id, title, before: None, after, fields: Vec::new() }
    }

    fn changed(session: &DraftSession, before: &Content) -> Self {
        let fields = before.differences(&session.content).into_iter().map(str::to_owned).collect();
        Self { before: Some(before.into()), fields, ..Self::added(session) }
    }

    fn cancelled(session: &Session) -> Self {
        let content = &session.content;
        let (title, before) = (content.title.clone(), Some(content.into()));
        Self { id: session.id, title, before, after: None, fields: Vec::new() }
    }
}

/// Changes that the next release would publish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaChanges)]
pub struct Changes {
    /// Sessions that the current release does not have.
    pub added: Vec<Change>,
    /// Sessions with a new time or stage. Other fields may differ too.
    pub moved: Vec<Change>,
    /// Sessions that differ in other fields only.
    pub changed: Vec<Change>,
    /// Sessions that the draft does not have.
    pub cancelled: Vec<Change>,
}

impl Changes {
    /// Whether there is nothing to publish.
    pub fn is_empty(&self) -> bool {
        [&self.added, &self.moved, &self.changed, &self.cancelled].iter().all(|list| list.is_empty())
    }
}

/// What the next release would change, and likely mistakes in the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgendaDiff)]
pub struct Diff {
    /// Version of the draft: send it as `If-Match` to publish the draft.
    pub draft_version: u64,
    /// Number of the current release. `null` before the first.
    pub release: Option<u64>,
    /// Changes that the next release would publish.
    #[serde(flatten)]
    pub changes: Changes,
    /// Likely mistakes in the draft. They do not stop a release.
    pub warnings: Vec<Warning>,
}

/// What the draft changes against the current release.
pub fn changes(draft: &Draft, current: Option<&Agenda>) -> Changes {
    let released: BTreeMap<AgendaSessionId, &Session> =
        current.iter().flat_map(|agenda| &agenda.sessions).map(|session| (session.id, session)).collect();
    let mut changes = Changes::default();
    for session in &draft.sessions {
        match released.get(&session.id).map(|released| &released.content) {
            None => changes.added.push(Change::added(session)),
            Some(before) if *before == session.content => {}
            Some(before) if before.has_slot_of(&session.content) => {
                changes.changed.push(Change::changed(session, before));
            }
            Some(before) => changes.moved.push(Change::changed(session, before)),
        }
    }
    let kept: BTreeSet<AgendaSessionId> = draft.sessions.iter().map(|session| session.id).collect();
    let gone = current.iter().flat_map(|agenda| &agenda.sessions).filter(|session| !kept.contains(&session.id));
    changes.cancelled.extend(gone.map(Change::cancelled));
    changes
}
