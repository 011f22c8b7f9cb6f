//! Matches the people of a schedule to the speakers of a conference.
//!
//! A schedule knows people by GUID, code or number, and some by name only. An import finds the same speakers as the one
//! before, whichever of these both have.

use std::collections::BTreeSet;

use super::model::{Speaker, SpeakerSource};
use super::person::Person;
use super::view::SpeakerCounts;
use crate::pairing::pair;
use crate::random::Random;
use crate::speakers::model::SpeakerId;
use crate::text::{Line, Slug, fold};
use crate::time::Time;

/// The speaker that a person of a schedule is, as it should be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Created(Speaker),
    Changed(Speaker),
    Unchanged(Speaker),
}

impl Match {
    pub(super) fn created(&self) -> Option<&Speaker> {
        if let Self::Created(speaker) = self { Some(speaker) } else { None }
    }

    pub(super) fn changed(&self) -> Option<&Speaker> {
        if let Self::Changed(speaker) = self { Some(speaker) } else { None }
    }

    pub(super) fn into_speaker(self) -> Speaker {
        match self {
            Self::Created(speaker) | Self::Changed(speaker) | Self::Unchanged(speaker) => speaker,
        }
    }
}

/// The speaker of each person, in their order, among all speakers of the conference.
pub(super) fn match_people(
    conference: &Slug,
    known: &[Speaker],
    people: &[Person],
    now: Time,
    random: &Random,
) -> Vec<Match> {
    let wanted: Vec<_> = people.iter().map(|person| Named::new(person, &person.name)).collect();
    let candidates = known.iter().map(|speaker| Named::new(speaker, &speaker.name)).collect();
    let pairs = pair(&wanted, candidates, &LEVELS, likeness);
    let mut slugs: BTreeSet<Slug> = known.iter().map(|speaker| speaker.slug.clone()).collect();
    let matched = people.iter().zip(pairs).map(|(person, pair)| match pair {
        Some(known) => updated(known.it, person, now),
        None => {
            let speaker = new_speaker(conference, person, &slugs, now, random);
            slugs.insert(speaker.slug.clone());
            Match::Created(speaker)
        }
    });
    matched.collect()
}

/// A speaker or a person, with its name as names are compared.
struct Named<'a, T> {
    it: &'a T,
    name: String,
}

impl<'a, T> Named<'a, T> {
    fn new(it: &'a T, name: &Line<200>) -> Self {
        Self { it, name: fold(name.as_str()) }
    }
}

/// Why a speaker is taken for a person.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Guid,
    Code,
    NumberAndName,
    Number,
    Name,
}

/// The surest first.
const LEVELS: [Likeness; 5] =
    [Likeness::Guid, Likeness::Code, Likeness::NumberAndName, Likeness::Number, Likeness::Name];

fn likeness(person: &Named<'_, Person>, speaker: &Named<'_, Speaker>) -> Option<Likeness> {
    let same_name = person.name == speaker.name;
    let by_name = same_name.then_some(Likeness::Name);
    // Organisers wrote this speaker, so the schedule can know no more of it than the name.
    let Some(source) = &speaker.it.source else { return by_name };
    let person = person.it;
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    if same(&source.guid, &person.guid) {
        return Some(Likeness::Guid);
    }
    if same(&source.code, &person.code) {
        return Some(Likeness::Code);
    }
    if same(&source.id, &person.id) && !differ(&source.code, &person.code) && !differ(&source.guid, &person.guid) {
        // Schedules that were merged from several use one number for several people, so the name decides first.
        return Some(if same_name { Likeness::NumberAndName } else { Likeness::Number });
    }
    // Two people with different keys may share a name. The name counts only if one of the two has no key.
    let source_is_keyed = source.guid.is_some() || source.code.is_some() || source.id.is_some();
    by_name.filter(|_| !source_is_keyed || !person.is_keyed())
}

/// The speaker with what is new in the schedule. What organisers changed stays until the schedule says something else.
fn updated(speaker: &Speaker, person: &Person, now: Time) -> Match {
    let new = person.source();
    let mut next = speaker.clone();
    match &speaker.source {
        // Organisers wrote this speaker: the schedule only adds what they left out.
        None => {
            next.bio = next.bio.or_else(|| person.bio.clone());
            next.photo_url = next.photo_url.or_else(|| person.photo_url.clone());
        }
        Some(old) if old.digest != new.digest => {
            next.name = person.name.clone();
            next.bio.clone_from(&person.bio);
            next.photo_url.clone_from(&person.photo_url);
        }
        Some(_) => {}
    }
    // A key that this schedule lacks stays: the next schedule may have it again.
    let old = speaker.source.clone().unwrap_or_default();
    let (guid, code, id) = (new.guid.or(old.guid), new.code.or(old.code), new.id.or(old.id));
    next.source = Some(SpeakerSource { guid, code, id, digest: new.digest });
    if next == *speaker {
        return Match::Unchanged(next);
    }
    next.touch(now);
    Match::Changed(next)
}

fn new_speaker(conference: &Slug, person: &Person, taken: &BTreeSet<Slug>, now: Time, random: &Random) -> Speaker {
    let id = SpeakerId::generate(now, random);
    Speaker {
        id,
        conference: conference.clone(),
        slug: free_slug(&person.name, id, taken),
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

/// The slug of the name, with a number if it is taken, as the people of a schedule may share a name.
fn free_slug(name: &Line<200>, id: SpeakerId, taken: &BTreeSet<Slug>) -> Slug {
    let first = Speaker::slug_of(name.as_str(), id);
    let numbered = (2..1_000).map(|number: u32| first.with_suffix(&number.to_string()));
    let free = std::iter::once(first.clone()).chain(numbered).find(|slug| !taken.contains(slug));
    free.unwrap_or_else(|| Speaker::slug_of("", id))
}

/// Counts what an import did over all its tries. A try that lost to another request may have stored some of its
/// speakers, and the next try finds those as known ones.
#[derive(Debug, Default)]
pub(super) struct Tally {
    created: BTreeSet<SpeakerId>,
    changed: BTreeSet<SpeakerId>,
}

impl Tally {
    pub(super) fn add(&mut self, matches: &[Match]) {
        self.created.extend(matches.iter().filter_map(Match::created).map(|speaker| speaker.id));
        self.changed.extend(matches.iter().filter_map(Match::changed).map(|speaker| speaker.id));
    }

    /// The counts of the speakers that the last try ended with.
    pub(super) fn counts(&self, speakers: &[Speaker]) -> SpeakerCounts {
        let (created, matched): (Vec<_>, Vec<_>) =
            speakers.iter().map(|speaker| speaker.id).partition(|id| self.created.contains(id));
        let changed = matched.iter().filter(|id| self.changed.contains(id)).count();
        SpeakerCounts { created: created.len(), matched: matched.len(), changed }
    }
}
