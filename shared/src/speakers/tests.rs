//! Which speakers the people of a schedule are.

use super::matching::{Match, Tally, match_people};
use super::model::Speaker;
use super::person::Person;
use super::view::SpeakerCounts;
use crate::random::Random;
use crate::speakers::model::SpeakerId;
use crate::time::Time;

fn person(name: &str, guid: Option<&str>, code: Option<&str>, id: Option<&str>) -> Person {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let name = name.parse().unwrap();
    Person { guid: text(guid), code: text(code), id: text(id), name, bio: None, photo_url: None }
}

fn import(known: &[Speaker], people: &[Person]) -> Vec<Match> {
    let now = Time::from_millis(1_000).unwrap();
    match_people(&"ibw-2026".parse().unwrap(), known, people, now, &Random::System)
}

fn speakers(matches: Vec<Match>) -> Vec<Speaker> {
    matches.into_iter().map(Match::into_speaker).collect()
}

fn ids(matches: &[Match]) -> Vec<SpeakerId> {
    matches.iter().cloned().map(|one| one.into_speaker().id).collect()
}

fn created(matches: &[Match]) -> Vec<&Speaker> {
    matches.iter().filter_map(Match::created).collect()
}

fn changed(matches: &[Match]) -> Vec<&Speaker> {
    matches.iter().filter_map(Match::changed).collect()
}

#[test]
fn people_are_known_again_by_whatever_the_schedule_has() {
    let people = [
        person("Asha", Some("g1"), None, None),
        person("Brian", None, Some("ABC"), Some("7")),
        person("Chen", None, None, Some("8")),
        person("Dana", None, None, None),
    ];
    let first = import(&[], &people);
    assert_eq!(created(&first).len(), 4);
    let known = speakers(first);
    assert_eq!(import(&known, &people), known.iter().cloned().map(Match::Unchanged).collect::<Vec<_>>());
    let renamed = [
        person("Chen Li", None, None, Some("8")),
        person("Asha Rao", Some("g1"), Some("XYZ"), None),
        person("Brian R", None, Some("ABC"), None),
    ];
    let later = import(&known, &renamed);
    assert_eq!(ids(&later), [known[2].id, known[0].id, known[1].id]);
    assert_eq!((created(&later).len(), changed(&later).len()), (0, 3));
}

#[test]
fn key_that_a_later_schedule_lacks_is_kept() {
    let known = speakers(import(&[], &[person("Asha", Some("g1"), None, Some("7"))]));
    let later = speakers(import(&known, &[person("Asha", None, Some("ABC"), Some("7"))]));
    let source = later[0].source.as_ref().unwrap();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!((&source.guid, &source.code, &source.id), (&text("g1"), &text("ABC"), &text("7")));
}

#[test]
fn two_people_of_one_name_are_two_speakers_with_two_slugs() {
    let people = [person("Sam Lee", None, Some("A"), None), person("Sam Lee", None, Some("B"), None)];
    let first = speakers(import(&[], &people));
    let slugs: Vec<_> = first.iter().map(|speaker| speaker.slug.as_str()).collect();
    assert_eq!(slugs, ["sam-lee", "sam-lee-2"]);
    assert_eq!(created(&import(&first, &people)), Vec::<&Speaker>::new());
}

#[test]
fn people_who_share_a_number_are_told_apart_by_name() {
    let people = [person("Asha", None, None, Some("7")), person("Brian", None, None, Some("7"))];
    let first = import(&[], &people);
    let mut known = speakers(first.clone());
    known.reverse();
    let again = import(&known, &people);
    assert_eq!((ids(&again), changed(&again)), (ids(&first), vec![]));
}

#[test]
fn number_of_a_person_with_another_code_is_no_match() {
    let known = speakers(import(&[], &[person("Asha", None, Some("A"), Some("7"))]));
    assert_eq!(created(&import(&known, &[person("Brian", None, Some("B"), Some("7"))])).len(), 1);
}

#[test]
fn what_organisers_changed_stays_until_the_schedule_says_something_new() {
    let mut speaker = speakers(import(&[], &[person("Asha", None, Some("A"), None)])).remove(0);
    speaker.name = "Dr Asha".parse().unwrap();
    assert_eq!(changed(&import(&[speaker.clone()], &[person("Asha", None, Some("A"), None)])), Vec::<&Speaker>::new());
    let later = import(&[speaker], &[person("Asha Rao", None, Some("A"), None)]);
    assert_eq!(changed(&later)[0].name.as_str(), "Asha Rao");
}

#[test]
fn speaker_written_by_hand_is_found_by_name_once() {
    let mut speaker = speakers(import(&[], &[person("Asha", None, None, None)])).remove(0);
    speaker.source = None;
    let people = [person("ASHA", None, Some("A"), None), person("Asha", None, Some("B"), None)];
    let found = import(std::slice::from_ref(&speaker), &people);
    assert_eq!((ids(&found)[0], created(&found).len()), (speaker.id, 1));
    assert_eq!(changed(&found)[0].name.as_str(), "Asha");
}

#[test]
fn speakers_that_a_lost_try_stored_are_counted_as_created() {
    let people = [person("Asha", None, Some("A"), None), person("Brian", None, Some("B"), None)];
    let mut tally = Tally::default();
    let lost = import(&[], &people);
    tally.add(&lost);
    // Asha was stored. Brian lost his slug to another request, which made another speaker.
    let known = [lost[0].clone().into_speaker()];
    let last = import(&known, &people);
    tally.add(&last);
    assert_eq!(tally.counts(&speakers(last)), SpeakerCounts { created: 2, matched: 0, changed: 0 });
    // Both were stored by another import, and Brian has a new name.
    let others = speakers(import(&[], &people));
    let renamed = [people[0].clone(), person("Brian R", None, Some("B"), None)];
    let matched = import(&others, &renamed);
    tally.add(&matched);
    assert_eq!(tally.counts(&speakers(matched)), SpeakerCounts { created: 0, matched: 2, changed: 1 });
}
