//! Which speakers the people of a schedule are. A schedule knows them by GUID, code or number, and some do by name only; a
//! second import finds the same speakers, whichever of these it has.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::model::{Speaker, SpeakerSource};
use super::service::slug_of;
use crate::id::SpeakerId;
use crate::random::Random;
use crate::text::{Line, Slug, Text, fold};
use crate::time::Time;
use crate::url::HttpsUrl;

/// Somebody of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their GUID.
    pub guid: Option<String>,
    /// Their code (pretalx).
    pub code: Option<String>,
    /// Their number.
    pub id: Option<String>,
    /// What they are called.
    pub name: Line<200>,
    /// Who they are.
    pub bio: Option<Text<20000>>,
    /// A photo.
    pub photo_url: Option<HttpsUrl>,
}

impl Person {
    /// Whether the schedule knows them by more than a name.
    fn is_keyed(&self) -> bool {
        self.guid.is_some() || self.code.is_some() || self.id.is_some()
    }

    /// A hash of what the schedule says of them.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let bio = self.bio.as_ref().map(Text::as_str).unwrap_or_default();
        for part in [self.name.as_str(), bio, self.photo_url.as_ref().map(HttpsUrl::as_str).unwrap_or_default()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }

    fn source(&self) -> SpeakerSource {
        let (guid, code, id) = (self.guid.clone(), self.code.clone(), self.id.clone());
        SpeakerSource { guid, code, id, digest: Some(self.digest()) }
    }
}

/// What became of the people of a schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// The speaker that each is, in their order.
    pub speakers: Vec<SpeakerId>,
    /// New speakers.
    pub created: Vec<Speaker>,
    /// Speakers that were known, changed.
    pub changed: Vec<Speaker>,
    /// How many were known, changed or not.
    pub known: usize,
}

impl Matched {
    /// A speaker as they are now, among those who are new or changed and those who were known.
    pub fn speaker<'a>(&'a self, id: SpeakerId, known: &'a [Speaker]) -> Option<&'a Speaker> {
        self.created.iter().chain(&self.changed).chain(known).find(|speaker| speaker.id == id)
    }
}

/// How sure it is that a speaker is a person: the surest comes first. Names are folded.
fn likeness((speaker, speaker_name): (&Speaker, &str), (person, name): (&Person, &str)) -> Option<u8> {
    let same_name = speaker_name == name;
    let Some(source) = &speaker.source else { return same_name.then_some(4) };
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let differs = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    if same(&source.guid, &person.guid) {
        Some(0)
    } else if same(&source.code, &person.code) {
        Some(1)
    } else if same(&source.id, &person.id)
        && !differs(&source.code, &person.code)
        && !differs(&source.guid, &person.guid)
    {
        // Schedules that were put together of several have numbers that mean several people.
        Some(if same_name { 2 } else { 3 })
    } else {
        let unkeyed = source.guid.is_none() && source.code.is_none() && source.id.is_none();
        (same_name && (unkeyed || !person.is_keyed())).then_some(4)
    }
}

/// Finds who is who among all speakers of a conference.
pub(super) fn matched(conference: &Slug, known: &[Speaker], people: &[Person], now: Time, random: &Random) -> Matched {
    let mut slugs: BTreeSet<Slug> = known.iter().map(|speaker| speaker.slug.clone()).collect();
    let mut left: Vec<(&Speaker, String)> =
        known.iter().map(|speaker| (speaker, fold(speaker.name.as_str()))).collect();
    let names: Vec<String> = people.iter().map(|person| fold(person.name.as_str())).collect();
    let mut found: Vec<Option<&Speaker>> = vec![None; people.len()];
    // Whoever is known surely is found before others could be taken for them.
    for sureness in 0..=4 {
        for ((person, name), place) in people.iter().zip(&names).zip(&mut found).filter(|(_, place)| place.is_none()) {
            let is_person = |(speaker, known_as): &(&Speaker, String)| {
                likeness((speaker, known_as), (person, name)) == Some(sureness)
            };
            if let Some(position) = left.iter().position(is_person) {
                *place = Some(left.swap_remove(position).0);
            }
        }
    }
    let mut all = Matched::default();
    for (person, place) in people.iter().zip(found) {
        if let Some(speaker) = place {
            all.known += 1;
            all.speakers.push(speaker.id);
            all.changed.extend(changed(speaker, person, now));
        } else {
            let speaker = created(conference, person, &mut slugs, now, random);
            all.speakers.push(speaker.id);
            all.created.push(speaker);
        }
    }
    all
}

/// The speaker as the schedule has them now, if that is not what it said before: what organisers changed since then stays.
fn changed(speaker: &Speaker, person: &Person, now: Time) -> Option<Speaker> {
    let mut next = speaker.clone();
    match &speaker.source {
        // Organisers wrote this speaker: the schedule adds what they left out.
        None => {
            next.bio = next.bio.or_else(|| person.bio.clone());
            next.photo_url = next.photo_url.or_else(|| person.photo_url.clone());
        }
        Some(source) if source.digest.as_deref() != Some(&person.digest()) => {
            next.name = person.name.clone();
            next.bio.clone_from(&person.bio);
            next.photo_url.clone_from(&person.photo_url);
        }
        Some(_) => {}
    }
    let (new, old) = (person.source(), speaker.source.clone().unwrap_or_default());
    let (guid, code, id) = (new.guid.or(old.guid), new.code.or(old.code), new.id.or(old.id));
    next.source = Some(SpeakerSource { guid, code, id, digest: new.digest });
    if next == *speaker {
        return None;
    }
    next.stamp(now);
    Some(next)
}

fn created(conference: &Slug, person: &Person, slugs: &mut BTreeSet<Slug>, now: Time, random: &Random) -> Speaker {
    let id = SpeakerId::generate(now, random);
    let first = slug_of(person.name.as_str(), id);
    let numbered = (2..1_000).filter_map(|n| {
        let number = format!("-{n}");
        let kept = first.as_str().len().min(80 - number.len());
        format!("{}{number}", first.as_str()[..kept].trim_end_matches('-')).parse().ok()
    });
    let free = std::iter::once(first.clone()).chain(numbered).find(|slug| !slugs.contains(slug));
    let slug = free.unwrap_or_else(|| slug_of("", id));
    slugs.insert(slug.clone());
    Speaker {
        id,
        conference: conference.clone(),
        slug,
        name: person.name.clone(),
        title: None,
        bio: person.bio.clone(),
        photo_url: person.photo_url.clone(),
        twitter_username: None,
        linkedin_username: None,
        user_id: None,
        source: Some(person.source()),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, guid: Option<&str>, code: Option<&str>, id: Option<&str>) -> Person {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let name = name.parse().unwrap();
        Person { guid: text(guid), code: text(code), id: text(id), name, bio: None, photo_url: None }
    }

    fn import(known: &[Speaker], people: &[Person]) -> Matched {
        let now = Time::from_millis(1_000).unwrap();
        matched(&"ibw-2026".parse().unwrap(), known, people, now, &Random::System)
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
        assert_eq!((first.created.len(), first.known), (4, 0));
        let again = import(&first.created, &people);
        assert_eq!(
            (again.speakers, again.created, again.changed, again.known),
            (first.speakers.clone(), vec![], vec![], 4)
        );
        let renamed = [
            person("Chen Li", None, None, Some("8")),
            person("Asha Rao", Some("g1"), Some("XYZ"), None),
            person("Brian R", None, Some("ABC"), None),
        ];
        let later = import(&first.created, &renamed);
        assert_eq!(later.speakers, [first.speakers[2], first.speakers[0], first.speakers[1]]);
        assert_eq!((later.created.len(), later.changed.len()), (0, 3));
    }

    #[test]
    fn two_people_of_one_name_are_two_speakers_with_two_slugs() {
        let people = [person("Sam Lee", None, Some("A"), None), person("Sam Lee", None, Some("B"), None)];
        let first = import(&[], &people);
        let slugs: Vec<_> = first.created.iter().map(|speaker| speaker.slug.as_str()).collect();
        assert_eq!(slugs, ["sam-lee", "sam-lee-2"]);
        assert_eq!(import(&first.created, &people).created, []);
    }

    #[test]
    fn people_who_share_a_number_are_told_apart_by_name() {
        let people = [person("Asha", None, None, Some("7")), person("Brian", None, None, Some("7"))];
        let first = import(&[], &people);
        let mut known = first.created.clone();
        known.reverse();
        let again = import(&known, &people);
        assert_eq!((again.speakers, again.changed), (first.speakers, vec![]));
    }

    #[test]
    fn what_organisers_changed_stays_until_the_schedule_says_something_new() {
        let mut speaker = import(&[], &[person("Asha", None, Some("A"), None)]).created.remove(0);
        speaker.name = "Dr Asha".parse().unwrap();
        assert_eq!(import(&[speaker.clone()], &[person("Asha", None, Some("A"), None)]).changed, []);
        let changed = import(&[speaker], &[person("Asha Rao", None, Some("A"), None)]).changed;
        assert_eq!(changed[0].name.as_str(), "Asha Rao");
    }

    #[test]
    fn speaker_written_by_hand_is_found_by_name_once() {
        let mut speaker = import(&[], &[person("Asha", None, None, None)]).created.remove(0);
        speaker.source = None;
        let people = [person("ASHA", None, Some("A"), None), person("Asha", None, Some("B"), None)];
        let found = import(std::slice::from_ref(&speaker), &people);
        assert_eq!((found.speakers[0], found.created.len()), (speaker.id, 1));
        assert_eq!(found.changed[0].name.as_str(), "Asha");
    }
}
