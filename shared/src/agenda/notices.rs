//! Notices of a release: people who bookmarked a session hear that it moved or was cancelled.

use std::collections::BTreeSet;
use std::time::Duration;

use super::diff::{Change, Slot};
use super::release::NextRelease;
use crate::id::AgendaSessionId;
use crate::notifications::audience::Audience;
use crate::notifications::group::Group;
use crate::notifications::model::Category;
use crate::notifications::notice::{Cause, Notice, Recipients, Subject};
use crate::text::Tag;
use crate::time::Time;

/// How long a notice is of use at least.
const TOLD: Duration = Duration::from_secs(3600);
/// Sessions with a notice of their own. If a release moves or cancels more, one notice speaks of all: nobody reads
/// fifty messages, and the notices are in the transaction of the release.
const MAX_SINGLE: usize = 20;

/// The notices to send when this release is published.
pub fn notices(next: &NextRelease, conference_name: &str) -> Vec<Notice> {
    let (moved, cancelled) = (&next.changes.moved, &next.changes.cancelled);
    if moved.len() + cancelled.len() > MAX_SINGLE {
        let sessions = moved.iter().chain(cancelled).map(|change| change.id).collect();
        let arguments = [("conference", conference_name.to_owned())];
        return vec![notice(next, "agenda-changed", sessions, &arguments, None)];
    }
    let moved = moved.iter().map(|change| moved_notice(next, change));
    moved.chain(cancelled.iter().map(|change| cancelled_notice(next, change))).collect()
}

fn moved_notice(next: &NextRelease, change: &Change) -> Notice {
    let stage = change.after.as_ref().and_then(|slot| slot.stage.as_ref());
    let stage = stage.map_or_else(|| "a stage to be announced".to_owned(), ToString::to_string);
    let when = when(next, change.after.as_ref());
    let arguments = [("title", change.title.to_string()), ("when", when), ("stage", stage)];
    notice(next, "session-moved", BTreeSet::from([change.id]), &arguments, over(next, change))
}

fn cancelled_notice(next: &NextRelease, change: &Change) -> Notice {
    let arguments = [("title", change.title.to_string()), ("when", when(next, change.before.as_ref()))];
    notice(next, "session-cancelled", BTreeSet::from([change.id]), &arguments, over(next, change))
}

/// When a session is over, before the change and after it: then nobody needs to hear of the change. People hear of one
/// that was moved ahead, too, so it is a while at least.
fn over(next: &NextRelease, change: &Change) -> Option<Time> {
    let end = [&change.before, &change.after].into_iter().flatten().map(|slot| slot.end).max();
    end.map(|end| end.max(next.agenda.released_at.plus(TOLD)))
}

/// The start in the conference's time zone.
fn when(next: &NextRelease, slot: Option<&Slot>) -> String {
    let start = slot.map(|slot| next.agenda.timezone.at(slot.start).strftime("%a %-d %b, %H:%M").to_string());
    start.unwrap_or_default()
}

fn notice(
    next: &NextRelease,
    template: &'static str,
    sessions: BTreeSet<AgendaSessionId>,
    arguments: &[(&str, String)],
    not_after: Option<Time>,
) -> Notice {
    let (conference, number) = (next.agenda.conference.clone(), next.agenda.number);
    // Of one session, or of all: a release has no two notices with the same key.
    let which = sessions.first().filter(|_| sessions.len() == 1).map_or_else(|| "all".to_owned(), ToString::to_string);
    let dedupe_key = format!("agenda:{conference}:{number}:{which}");
    let parts = sessions.iter().map(ToString::to_string).collect();
    let subject = Subject { group: format!("agenda:{conference}"), parts };
    Notice {
        to: Recipients::Audience(Audience::Group(Group::Bookmarked { conference, sessions })),
        category: Category::Agenda,
        critical: false,
        template: Tag::named(template),
        arguments: arguments.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        link: None,
        dedupe_key,
        at: next.agenda.released_at,
        cause: Cause::System,
        subject: Some(subject),
        not_after,
    }
}
