//! What a release changes, tells and keeps.

use super::{at, content, draft, session, speaker};
use crate::agenda::diff::Change;
use crate::agenda::model::{Agenda, Draft};
use crate::agenda::notices::notices;
use crate::agenda::release::{NextRelease, next_release};
use crate::agenda::warnings::{WarningKind, warnings};
use crate::notifications::notice::Notice;
use crate::time::{Time, Zone};

fn zone() -> Zone {
    "Asia/Kolkata".parse().unwrap()
}

fn after(draft: &Draft, current: Option<&Agenda>, clock: &str) -> NextRelease {
    next_release(draft, current, zone(), at(clock))
}

fn titles(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.title.as_str()).collect()
}

fn sequences(agenda: &Agenda) -> Vec<(&str, u64, Time)> {
    let all = agenda.sessions.iter().chain(&agenda.cancelled);
    all.map(|session| (session.content.title.as_str(), session.sequence, session.changed_at)).collect()
}

#[test]
fn sequence_rises_with_each_release_that_changes_a_session() {
    let named = |title: &str, start: &str| session(title, content(title, start, "Main"), None);
    let first = after(&draft(vec![named("A", "09:00"), named("B", "10:00"), named("C", "11:00")]), None, "01:00");
    assert_eq!(titles(&first.changes.added), ["A", "B", "C"]);
    let one = at("01:00");
    assert_eq!(sequences(&first.agenda), [("A", 0, one), ("B", 0, one), ("C", 0, one)]);

    let mut retitled = named("B", "10:00");
    retitled.content.title = "B2".parse().unwrap();
    let second = after(&draft(vec![named("A", "12:00"), retitled.clone()]), Some(&first.agenda), "02:00");
    let changes = &second.changes;
    assert_eq!((titles(&changes.moved), titles(&changes.changed)), (vec!["A"], vec!["B2"]));
    assert_eq!((titles(&changes.cancelled), titles(&changes.added)), (vec!["C"], vec![]));
    assert_eq!(changes.moved[0].fields, ["start", "end"]);
    let two = at("02:00");
    assert_eq!(sequences(&second.agenda), [("A", 1, two), ("B2", 1, two), ("C", 1, two)]);
    assert_eq!(second.agenda.cancelled.len(), 1);
    let release = &second.release;
    assert_eq!((release.number, release.sessions, release.moved, release.cancelled), (2, 2, 1, 1));

    // C takes place after all; A and B2 stay.
    let third = after(&draft(vec![named("A", "12:00"), retitled, named("C", "11:00")]), Some(&second.agenda), "03:00");
    assert_eq!(titles(&third.changes.added), ["C"]);
    assert_eq!(sequences(&third.agenda), [("A", 1, two), ("B2", 1, two), ("C", 2, at("03:00"))]);
    assert_eq!(third.agenda.cancelled, []);

    // What was cancelled stays so, without rising.
    let fourth = after(&draft(vec![]), Some(&third.agenda), "04:00");
    let fifth = after(&draft(vec![named("D", "09:00")]), Some(&fourth.agenda), "05:00");
    assert_eq!(fifth.agenda.cancelled, fourth.agenda.cancelled);
}

#[test]
fn release_of_the_same_draft_changes_nothing() {
    let drafted = draft(vec![session("A", content("A", "09:00", "Main"), None)]);
    let first = after(&drafted, None, "01:00");
    assert!(after(&drafted, Some(&first.agenda), "02:00").changes.is_empty());
    assert!(after(&draft(vec![]), None, "01:00").changes.is_empty());
}

/// The notices of a release that moves the first `moved` of some sessions and cancels the last `cancelled`.
fn told(sessions: usize, moved: usize, cancelled: usize) -> Vec<Notice> {
    let named = |n: usize, start: &str| session(&n.to_string(), content(&format!("Session {n}"), start, "Main"), None);
    let first = after(&draft((0..sessions).map(|n| named(n, "09:00")).collect()), None, "01:00");
    let kept = 0..sessions - cancelled;
    let second = draft(kept.map(|n| named(n, if n < moved { "14:30" } else { "09:00" })).collect());
    notices(&after(&second, Some(&first.agenda), "02:00"), "India Blockchain Week")
}

#[test]
fn those_who_bookmarked_moved_and_cancelled_sessions_are_told_session_by_session() {
    let notices = told(4, 1, 1);
    let arguments: Vec<_> =
        notices.iter().map(|one| (one.template.as_str(), one.arguments["title"].as_str())).collect();
    assert_eq!(arguments, [("session-moved", "Session 0"), ("session-cancelled", "Session 3")]);
    assert_eq!(
        (notices[0].arguments["when"].as_str(), notices[0].arguments["stage"].as_str()),
        ("Tue 1 Dec, 14:30", "Main")
    );
    assert_eq!(notices[1].arguments["when"], "Tue 1 Dec, 09:00");
    assert_ne!(notices[0].dedupe_key, notices[1].dedupe_key);
    assert_eq!(told(3, 0, 0), []);
}

#[test]
fn more_than_twenty_sessions_are_told_of_at_once() {
    assert_eq!(told(30, 10, 10).len(), 20);
    let notices = told(30, 11, 10);
    assert_eq!((notices.len(), notices[0].template.as_str()), (1, "agenda-changed"));
    let audience = serde_json::to_value(&notices[0].to).unwrap();
    assert_eq!(audience["audience"]["group"]["bookmarked"]["sessions"].as_array().unwrap().len(), 21);
}

#[test]
fn warnings_name_overlaps_double_bookings_and_strange_days() {
    let (mut a, mut b) = (content("A", "09:00", "Main"), content("B", "09:30", "Main"));
    let (mut c, d) = (content("C", "09:59", "Side"), content("D", "10:00", "Main"));
    for content in [&mut a, &mut b, &mut c] {
        content.speakers = vec![speaker("Asha")];
    }
    b.speakers = vec![];
    let sessions = [("A", a), ("B", b), ("C", c), ("D", d)].map(|(id, content)| session(id, content, None));
    let day = |text: &str| text.parse().unwrap();
    let found = |first: &str| {
        let found = warnings(&draft(sessions.to_vec()), day(first), day("2026-12-05"), &zone()).into_iter();
        found.map(|warning| (warning.kind, warning.message)).collect::<Vec<_>>()
    };
    let overlap = |text: &str| (WarningKind::RoomOverlap, format!("{text} are on Main at the same time."));
    let double = (WarningKind::SpeakerDoubleBooked, "\"A\" and \"C\" have Asha at the same time.".to_owned());
    assert_eq!(found("2026-12-01"), [overlap("\"A\" and \"B\""), overlap("\"B\" and \"D\""), double]);
    assert_eq!(found("2026-12-02").iter().filter(|(kind, _)| *kind == WarningKind::OutsideConferenceDays).count(), 4);
}
