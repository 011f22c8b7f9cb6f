//! Whom a release tells: those who bookmarked a session that it moves or cancels, and nobody else.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::Slot;
use super::release::Next;
use crate::id::AgendaSessionId;
use crate::notifications::audience::Audience;
use crate::notifications::group::Group;
use crate::notifications::model::Category;
use crate::notifications::notice::{Notice, Recipients};
use crate::text::{InvalidText, Tag};

/// Sessions that have a notice each; where more are affected, one notice tells of all.
pub const MAX_SINGLE: usize = 20;

/// The notices of a release.
pub fn notices(next: &Next, conference_name: &str) -> Result<Vec<Notice>, InvalidText> {
    let moved = next.changes.moved.iter().map(|change| ("session-moved", change, change.after.as_ref()));
    let cancelled = next.changes.cancelled.iter().map(|change| ("session-cancelled", change, change.before.as_ref()));
    let affected: Vec<_> = moved.chain(cancelled).collect();
    if affected.len() > MAX_SINGLE {
        let sessions = affected.iter().map(|(_, change, _)| change.id).collect();
        let arguments = [("conference", conference_name.to_owned())];
        return Ok(vec![notice(next, "agenda-changed", sessions, &arguments)?]);
    }
    let single = affected.into_iter().map(|(template, change, slot)| {
        let (mut when, mut stage) = (String::new(), String::new());
        if let Some(slot) = slot {
            (when, stage) = told(next, slot);
        }
        let mut arguments = vec![("title", change.title.to_string()), ("when", when)];
        if template == "session-moved" {
            arguments.push(("stage", stage));
        }
        notice(next, template, BTreeSet::from([change.id]), &arguments)
    });
    single.collect()
}

/// Time and stage, by the clocks of the conference.
fn told(next: &Next, slot: &Slot) -> (String, String) {
    let when = next.agenda.timezone.at(slot.start).strftime("%a %-d %b, %H:%M").to_string();
    let stage = slot.stage.as_ref().map_or_else(|| "a stage to be announced".to_owned(), ToString::to_string);
    (when, stage)
}

fn notice(
    next: &Next,
    template: &str,
    sessions: BTreeSet<AgendaSessionId>,
    arguments: &[(&str, String)],
) -> Result<Notice, InvalidText> {
    let template: Tag = template.parse()?;
    let which = sessions.first().filter(|_| sessions.len() == 1).map_or_else(|| "all".to_owned(), ToString::to_string);
    let (conference, number) = (next.agenda.conference.clone(), next.agenda.number);
    let dedupe_key = format!("agenda:{conference}:{number}:{which}");
    Ok(Notice {
        to: Recipients::Audience(Audience::Group(Group::Bookmarked { conference, sessions })),
        category: Category::Agenda,
        critical: false,
        template,
        arguments: arguments
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect::<BTreeMap<_, _>>(),
        link: None,
        dedupe_key,
        at: next.agenda.released_at,
    })
}
