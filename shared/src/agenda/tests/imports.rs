//! What an import makes of the draft.

use super::{at, content, draft, session, speaker};
use crate::agenda::model::{DraftSession, SessionSpeaker, Source};
use crate::agenda::reconcile::{SessionCounts, reconcile};
use crate::agenda::release::next;
use crate::agenda::schedule::Talk;
use crate::random::Random;

type Talks = Vec<(Talk, Vec<SessionSpeaker>)>;

fn source(guid: Option<&str>, code: Option<&str>, id: Option<&str>) -> Source {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Source { guid: text(guid), code: text(code), id: text(id), slug: None, digest: None }
}

fn talk(title: &str, start: &str, source: Source) -> (Talk, Vec<SessionSpeaker>) {
    (Talk { source, content: content(title, start, "Main"), people: vec![] }, vec![])
}

fn import(sessions: &[DraftSession], talks: &Talks) -> (Vec<DraftSession>, SessionCounts) {
    reconcile(&draft(sessions.to_vec()), None, talks, at("01:00"), &Random::System)
}

fn counts(created: usize, changed: usize, removed: usize, unchanged: usize) -> SessionCounts {
    SessionCounts { created, changed, removed, unchanged }
}

#[test]
fn same_schedule_again_changes_nothing() {
    let talks =
        vec![talk("A", "09:00", source(Some("g1"), None, None)), talk("B", "10:00", source(None, Some("X"), None))];
    let (first, created) = import(&[], &talks);
    assert_eq!(created, counts(2, 0, 0, 0));
    let (again, unchanged) = import(&first, &talks);
    assert_eq!((again, unchanged), (first, counts(0, 0, 0, 2)));
}

#[test]
fn changed_schedule_moves_adds_and_removes_and_leaves_other_sessions_alone() {
    let written = session("W", content("Lunch", "12:00", "Hall"), None);
    let by = |guid| source(Some(guid), None, None);
    let (mut first, _) = import(&[], &vec![talk("A", "09:00", by("g1")), talk("B", "10:00", by("g2"))]);
    first.push(written.clone());
    let (second, changed) = import(&first, &vec![talk("A", "11:00", by("G1")), talk("C", "10:00", by("g3"))]);
    assert_eq!(changed, counts(1, 1, 1, 0));
    assert_eq!((second[0].id, second[0].version, second[0].content.start), (first[0].id, 2, at("11:00")));
    assert_eq!((second[1].content.title.as_str(), &second[2]), ("C", &written));
    assert_eq!(second.len(), 3);
}

#[test]
fn what_organisers_changed_stays_until_the_schedule_says_something_new() {
    let talks = vec![talk("A", "09:00", source(Some("g1"), None, None))];
    let (mut first, _) = import(&[], &talks);
    first[0].content.title = "A, by hand".parse().unwrap();
    first[0].version = 2;
    assert_eq!(import(&first, &talks), (first.clone(), counts(0, 0, 0, 1)));
    let (moved, changed) = import(&first, &vec![talk("A", "09:30", source(Some("g1"), None, None))]);
    assert_eq!((changed, moved[0].content.title.as_str(), moved[0].version), (counts(0, 1, 0, 0), "A", 3));
}

#[test]
fn session_whose_speakers_change_is_changed() {
    let mut talks = vec![talk("A", "09:00", source(Some("g1"), None, None))];
    let (first, _) = import(&[], &talks);
    talks[0].1 = vec![speaker("Asha")];
    let (second, changed) = import(&first, &talks);
    assert_eq!((changed, &second[0].content.speakers), (counts(0, 1, 0, 0), &vec![speaker("Asha")]));
}

#[test]
fn sessions_without_guids_are_known_by_code_and_date() {
    let both =
        vec![talk("A", "09:00", source(None, Some("X"), None)), talk("A", "15:00", source(None, Some("X"), None))];
    let (first, _) = import(&[], &both);
    let reversed = vec![both[1].clone(), both[0].clone()];
    let (again, unchanged) = import(&first, &reversed);
    assert_eq!((unchanged, again[0].id, again[1].id), (counts(0, 0, 0, 2), first[1].id, first[0].id));
    // A schedule that begins to have GUIDs, or loses its codes.
    let (later, changed) = import(&first[..1], &vec![talk("A", "09:00", source(Some("g1"), Some("X"), Some("7")))]);
    assert_eq!((changed, later[0].id), (counts(0, 1, 0, 0), first[0].id));
    let (by_id, _) = import(&later, &vec![talk("A", "10:00", source(None, None, Some("7")))]);
    assert_eq!(by_id[0].id, first[0].id);
}

#[test]
fn session_that_comes_back_keeps_its_id() {
    let talks = vec![talk("A", "09:00", source(Some("g1"), None, None))];
    let (first, _) = import(&[], &talks);
    let zone: crate::time::Zone = "Asia/Kolkata".parse().unwrap();
    let released = next(&draft(first.clone()), None, zone.clone(), at("01:00")).agenda;
    let cancelled = next(&draft(vec![]), Some(&released), zone, at("02:00")).agenda;
    for current in [&released, &cancelled] {
        let (back, counted) = reconcile(&draft(vec![]), Some(current), &talks, at("03:00"), &Random::System);
        assert_eq!((counted, back[0].id), (counts(1, 0, 0, 0), first[0].id));
    }
}

#[test]
fn session_written_by_hand_and_exported_is_left_alone() {
    let written = session("W", content("Lunch", "12:00", "Hall"), None);
    let exported = vec![talk("Lunch!", "13:00", source(Some(&written.id.uuid()), None, Some("1")))];
    assert_eq!(import(std::slice::from_ref(&written), &exported), (vec![written], counts(0, 0, 0, 1)));
}
