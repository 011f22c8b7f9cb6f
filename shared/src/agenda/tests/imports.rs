//! What an import makes of the draft.

use sha2::{Digest, Sha256};

use super::{at, content, draft, session, speaker};
use crate::agenda::model::{Content, DraftSession, Link, SessionSpeaker, Source};
use crate::agenda::reconcile::{ImportedSession, Reconciled, reconcile};
use crate::agenda::release::next_release;
use crate::agenda::schedule::ParsedSession;
use crate::agenda::view::SessionCounts;
use crate::random::Random;

fn source(guid: Option<&str>, code: Option<&str>, id: Option<&str>) -> Source {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Source { guid: text(guid), code: text(code), id: text(id), slug: None, digest: None }
}

/// A session of a schedule without speakers.
fn imported(title: &str, start: &str, source: Source) -> ImportedSession {
    imported_by(&[], title, start, source)
}

fn imported_by(people: &[SessionSpeaker], title: &str, start: &str, source: Source) -> ImportedSession {
    let session = ParsedSession { source, content: content(title, start, "Main"), people: (0..people.len()).collect() };
    ImportedSession::new(session, people)
}

fn import(sessions: &[DraftSession], schedule: &[ImportedSession]) -> (Vec<DraftSession>, SessionCounts) {
    let Reconciled { sessions, counts } =
        reconcile(&draft(sessions.to_vec()), None, schedule, &[], at("01:00"), &Random::System);
    (sessions, counts)
}

fn counts(created: usize, changed: usize, removed: usize, unchanged: usize) -> SessionCounts {
    SessionCounts { created, changed, removed, unchanged }
}

#[test]
fn same_schedule_again_changes_nothing() {
    let schedule =
        [imported("A", "09:00", source(Some("g1"), None, None)), imported("B", "10:00", source(None, Some("X"), None))];
    let (first, created) = import(&[], &schedule);
    assert_eq!(created, counts(2, 0, 0, 0));
    let (again, unchanged) = import(&first, &schedule);
    assert_eq!((again, unchanged), (first, counts(0, 0, 0, 2)));
}

#[test]
fn changed_schedule_moves_adds_and_removes_and_leaves_other_sessions_alone() {
    let written = session("W", content("Lunch", "12:00", "Hall"), None);
    let by = |guid| source(Some(guid), None, None);
    let (mut first, _) = import(&[], &[imported("A", "09:00", by("g1")), imported("B", "10:00", by("g2"))]);
    first.push(written.clone());
    let (second, changed) = import(&first, &[imported("A", "11:00", by("G1")), imported("C", "10:00", by("g3"))]);
    assert_eq!(changed, counts(1, 1, 1, 0));
    assert_eq!((second[0].id, second[0].version, second[0].content.start), (first[0].id, 2, at("11:00")));
    assert_eq!((second[1].content.title.as_str(), &second[2]), ("C", &written));
    assert_eq!(second.len(), 3);
}

#[test]
fn what_organisers_changed_stays_until_the_schedule_says_something_new() {
    let schedule = [imported("A", "09:00", source(Some("g1"), None, None))];
    let (mut first, _) = import(&[], &schedule);
    first[0].content.title = "A, by hand".parse().unwrap();
    first[0].version = 2;
    assert_eq!(import(&first, &schedule), (first.clone(), counts(0, 0, 0, 1)));
    let (moved, changed) = import(&first, &[imported("A", "09:30", source(Some("g1"), None, None))]);
    assert_eq!((changed, moved[0].content.title.as_str(), moved[0].version), (counts(0, 1, 0, 0), "A", 3));
}

#[test]
fn session_whose_speakers_change_is_changed() {
    let by = || source(Some("g1"), None, None);
    let (first, _) = import(&[], &[imported("A", "09:00", by())]);
    let (second, changed) = import(&first, &[imported_by(&[speaker("Asha")], "A", "09:00", by())]);
    assert_eq!((changed, &second[0].content.speakers), (counts(0, 1, 0, 0), &vec![speaker("Asha")]));
}

#[test]
fn sessions_without_guids_are_known_by_code_and_date() {
    let both =
        [imported("A", "09:00", source(None, Some("X"), None)), imported("A", "15:00", source(None, Some("X"), None))];
    let (first, _) = import(&[], &both);
    let reversed = vec![both[1].clone(), both[0].clone()];
    let (again, unchanged) = import(&first, &reversed);
    assert_eq!((unchanged, again[0].id, again[1].id), (counts(0, 0, 0, 2), first[1].id, first[0].id));
    // A schedule that begins to have GUIDs, or loses its codes.
    let (later, changed) = import(&first[..1], &[imported("A", "09:00", source(Some("g1"), Some("X"), Some("7")))]);
    assert_eq!((changed, later[0].id), (counts(0, 1, 0, 0), first[0].id));
    let (by_id, _) = import(&later, &[imported("A", "10:00", source(None, None, Some("7")))]);
    assert_eq!(by_id[0].id, first[0].id);
}

#[test]
fn session_that_comes_back_keeps_its_id() {
    let schedule = [imported("A", "09:00", source(Some("g1"), None, None))];
    let (first, _) = import(&[], &schedule);
    let zone: crate::time::Zone = "Asia/Kolkata".parse().unwrap();
    let released = next_release(&draft(first.clone()), None, zone.clone(), at("01:00")).agenda;
    let cancelled = next_release(&draft(vec![]), Some(&released), zone, at("02:00")).agenda;
    for current in [&released, &cancelled] {
        let back = reconcile(&draft(vec![]), Some(current), &schedule, &[], at("03:00"), &Random::System);
        assert_eq!((back.counts, back.sessions[0].id), (counts(1, 0, 0, 0), first[0].id));
        assert_eq!(back.sessions[0].version, 2, "one more than any version that the session had");
    }
}

#[test]
fn guid_is_surer_than_a_code_whatever_the_order() {
    let (first, _) = import(&[], &[imported("A", "09:00", source(Some("g1"), Some("X"), None))]);
    let other = imported("B", "09:00", source(None, Some("X"), None));
    let same = imported("A", "15:00", source(Some("g1"), None, None));
    let (sessions, counted) = import(&first, &[other, same]);
    assert_eq!((counted, sessions[1].id), (counts(1, 1, 0, 0), first[0].id));
}

#[test]
fn codes_of_sessions_that_all_moved_are_paired_in_their_order() {
    let code = || source(None, Some("X"), None);
    let (first, _) = import(&[], &["09:00", "11:00", "13:00"].map(|start| imported("A", start, code())));
    let (moved, counted) = import(&first, &["09:30", "11:30", "13:30"].map(|start| imported("A", start, code())));
    let ids = |sessions: &[DraftSession]| sessions.iter().map(|session| session.id).collect::<Vec<_>>();
    assert_eq!((counted, ids(&moved)), (counts(0, 3, 0, 0), ids(&first)));
}

#[test]
fn session_written_by_hand_and_exported_is_left_alone() {
    let written = session("W", content("Lunch", "12:00", "Hall"), None);
    let exported = [imported("Lunch!", "13:00", source(Some(&written.id.uuid()), None, Some("1")))];
    assert_eq!(import(std::slice::from_ref(&written), &exported), (vec![written], counts(0, 0, 0, 1)));
}

#[test]
fn session_that_is_left_out_stays_as_it_is() {
    let by = |guid, code| source(guid, code, Some("7"));
    let schedule = [imported("A", "09:00", by(Some("g1"), None)), imported("B", "10:00", by(Some("g2"), Some("X")))];
    let (first, _) = import(&[], &schedule);
    for (left_out, kept) in [
        (by(Some("G1"), None), "A"),
        (source(None, Some("X"), None), "B"),
        (by(None, None), "A B"),
        (by(Some("g3"), Some("X")), ""),
        (Source::default(), ""),
    ] {
        let draft = draft(first.clone());
        let made = reconcile(&draft, None, &[], std::slice::from_ref(&left_out), at("01:00"), &Random::System);
        let titles: Vec<_> = made.sessions.iter().map(|session| session.content.title.as_str()).collect();
        assert_eq!((titles.join(" ").as_str(), made.counts.removed), (kept, 2 - made.sessions.len()), "{left_out:?}");
    }
}

#[test]
fn session_without_links_has_the_hash_that_it_had_before_sessions_had_links() {
    let digest = |content: Content| {
        let session = ParsedSession { source: Source::default(), content, people: Vec::new() };
        import(&[], &[ImportedSession::new(session, &[])]).0.remove(0).source.unwrap().digest.unwrap()
    };
    let plain = content("A", "09:00", "Main");
    let said = r#"{"title":"A","subtitle":null,"abstract":null,"description":null,"start":"2026-12-01T03:30:00.000Z","end":"2026-12-01T04:30:00.000Z","stage":"Main","track":null,"type":null,"language":null,"speakers":[],"url":null,"logo_url":null,"do_not_record":false}"#;
    assert_eq!(digest(plain.clone()), hex::encode(Sha256::digest(format!("[{said},[]]"))));
    let url = "https://example.org/".parse().unwrap();
    let linked = Content { links: vec![Link { title: None, url, kind: None }], ..plain.clone() };
    assert_ne!(digest(linked), digest(plain));
}
