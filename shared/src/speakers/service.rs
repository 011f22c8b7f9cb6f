//! The operations on speakers, and their rules.

use super::error::SpeakerError;
use super::matching::{Match, Tally, match_people};
use super::model::Speaker;
use super::person::Person;
use super::repository::SpeakerRepository;
use super::view::SpeakerCounts;
use crate::attempt;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::conferences::service::ConferenceService;
use crate::dynamo::Contention;
use crate::expected::Expected;
use crate::id::UserId;
use crate::page::{Page, PageRequest};
use crate::platform::Platform;
use crate::random::Random;
use crate::speakers::model::SpeakerId;
use crate::text::{Slug, set};
use crate::time::Clock;
use crate::users::error::UserError;
use crate::users::service::UserService;

pub use super::view::{NewSpeaker, SpeakerPatch};

/// Fields whose values the audit shows. All others say something of a person.
const SHOWN: [&str; 1] = ["conference"];

/// The people of a schedule as speakers of the conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedSpeakers {
    /// The speaker of each person, in their order.
    pub speakers: Vec<Speaker>,
    /// What the import did.
    pub counts: SpeakerCounts,
}

/// The rules for speakers.
#[derive(Clone, Debug)]
pub struct SpeakerService {
    repository: SpeakerRepository,
    conferences: ConferenceService,
    users: UserService,
    clock: Clock,
    random: Random,
}

impl SpeakerService {
    /// On this platform, of these conferences, for these users.
    pub fn new(platform: &Platform, conferences: ConferenceService, users: UserService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { repository: SpeakerRepository::new(platform), conferences, users, clock, random }
    }

    /// The speaker with this id, of any conference.
    pub async fn get(&self, id: SpeakerId) -> Result<Speaker, SpeakerError> {
        self.repository.by_id(id).await?.ok_or(SpeakerError::NotFound(id))
    }

    /// A speaker as everybody reads it: perhaps as it was a second ago.
    pub async fn show(&self, id: SpeakerId) -> Result<Speaker, SpeakerError> {
        self.repository.recent(id).await?.ok_or(SpeakerError::NotFound(id))
    }

    /// The speakers that are linked to a user, of all conferences.
    pub async fn of_user(&self, user: UserId) -> Result<Vec<Speaker>, SpeakerError> {
        let conferences = self.conferences.slugs().await?;
        Ok(self.repository.of_user(&conferences, user).await?)
    }

    /// A page of the speakers of a conference, by name.
    pub async fn list(&self, conference: &Slug, page: &PageRequest) -> Result<Page<Speaker>, SpeakerError> {
        let context = ["speakers", conference.as_str()];
        let after = page.after(&context)?;
        let exists = async { self.conferences.get(conference).await.map_err(SpeakerError::from) };
        let list = async { self.repository.list(conference, page.limit, after).await.map_err(SpeakerError::from) };
        let (_, found) = tokio::try_join!(exists, list)?;
        Ok(page.page(&context, found.items, found.last))
    }

    /// All speakers of a conference. It may have none, or not exist.
    pub async fn all(&self, conference: &Slug) -> Result<Vec<Speaker>, SpeakerError> {
        Ok(self.repository.all(conference).await?)
    }

    /// Adds a speaker to a conference.
    pub async fn create(&self, actor: &Actor, conference: &Slug, new: NewSpeaker) -> Result<Speaker, SpeakerError> {
        self.conferences.get(conference).await?;
        let now = self.clock.now();
        let id = SpeakerId::of_request(now, &self.random);
        if attempt::is_repeated()
            && let Some(speaker) = self.repository.by_id(id).await?
        {
            return Ok(speaker);
        }
        let speaker = Speaker {
            id,
            conference: conference.clone(),
            slug: new.slug.unwrap_or_else(|| Speaker::slug_of(new.name.as_str(), id)),
            name: new.name,
            title: new.title,
            bio: new.bio,
            photo_url: new.photo_url,
            twitter_username: new.twitter_username,
            linkedin_username: new.linkedin_username,
            user_id: None,
            source: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let entry = self.entry(actor, "speaker.create", None, Some(&speaker));
        self.repository.save_all(&[&speaker], &[], &entry).await?;
        Ok(speaker)
    }

    /// Changes a speaker that is at version `expected`.
    pub async fn update(
        &self,
        actor: &Actor,
        id: SpeakerId,
        patch: SpeakerPatch,
        expected: &Expected,
    ) -> Result<Speaker, SpeakerError> {
        self.change(Some((actor, "speaker.update")), id, expected, |speaker| {
            let patch = patch.clone();
            set(&mut speaker.name, patch.name);
            set(&mut speaker.title, patch.title);
            set(&mut speaker.bio, patch.bio);
            set(&mut speaker.photo_url, patch.photo_url);
            set(&mut speaker.twitter_username, patch.twitter_username);
            set(&mut speaker.linkedin_username, patch.linkedin_username);
        })
        .await
    }

    /// Links a speaker to a user, or to none. A user is at most one speaker of a conference. Without an actor, the
    /// user's data are erased.
    pub async fn link(
        &self,
        actor: Option<&Actor>,
        id: SpeakerId,
        user: Option<UserId>,
        expected: &Expected,
    ) -> Result<Speaker, SpeakerError> {
        if let Some(user) = user {
            self.users.get(user).await.map_err(|error| match error {
                UserError::NotFound => SpeakerError::UnknownUser(user),
                error => error.into(),
            })?;
        }
        let act = actor.map(|actor| (actor, "speaker.link"));
        self.change(act, id, expected, |speaker| speaker.user_id = user).await
    }

    /// Deletes a speaker that is at version `expected`. Its name stays in releases that are published already.
    pub async fn delete(&self, actor: &Actor, id: SpeakerId, expected: &Expected) -> Result<(), SpeakerError> {
        let speaker = self.get(id).await?;
        if !expected.has(speaker.version) {
            return Err(SpeakerError::PreconditionFailed);
        }
        let entry = self.entry(actor, "speaker.delete", Some(&speaker), None);
        self.repository.delete(&speaker, &entry).await.map_err(precondition_failed)
    }

    /// Makes the people of a schedule speakers of the conference: matches them to the speakers it has, and stores who
    /// is new or changed. `entry` is the audit's entry of the import of the schedule.
    pub async fn import(
        &self,
        conference: &Slug,
        people: &[Person],
        entry: &AuditEntry,
    ) -> Result<ImportedSpeakers, SpeakerError> {
        let mut tally = Tally::default();
        let mut contention = Contention::new(&self.random);
        loop {
            let known = self.repository.all(conference).await?;
            let matches = match_people(conference, &known, people, self.clock.now(), &self.random);
            tally.add(&matches);
            let created: Vec<&Speaker> = matches.iter().filter_map(Match::created).collect();
            let changed: Vec<&Speaker> = matches.iter().filter_map(Match::changed).collect();
            match self.repository.save_all(&created, &changed, entry).await {
                // Another request stored or changed the same speakers: match again with what it stored.
                Err(SpeakerError::VersionConflict | SpeakerError::SlugTaken) => {
                    if !contention.wait().await {
                        return Err(SpeakerError::VersionConflict);
                    }
                }
                Err(error) => return Err(error),
                Ok(()) => {
                    let speakers: Vec<Speaker> = matches.into_iter().map(Match::into_speaker).collect();
                    return Ok(ImportedSpeakers { counts: tally.counts(&speakers), speakers });
                }
            }
        }
    }

    /// Changes a speaker. If any version is expected, it is tried again on the newer version if another request was
    /// faster. `act` is who does it, and the audit's name for it.
    async fn change<F>(
        &self,
        act: Option<(&Actor, &str)>,
        id: SpeakerId,
        expected: &Expected,
        change: F,
    ) -> Result<Speaker, SpeakerError>
    where
        F: Fn(&mut Speaker),
    {
        let mut contention = Contention::new(&self.random);
        loop {
            let before = self.get(id).await?;
            if !expected.has(before.version) {
                return Err(SpeakerError::PreconditionFailed);
            }
            let mut speaker = before.clone();
            change(&mut speaker);
            if speaker == before {
                return Ok(speaker);
            }
            speaker.touch(self.clock.now());
            let entry = act.map(|(actor, action)| self.entry(actor, action, Some(&before), Some(&speaker)));
            match self.repository.save(&before, &speaker, entry.as_ref()).await {
                Ok(()) => return Ok(speaker),
                Err(SpeakerError::VersionConflict) if *expected == Expected::Any && contention.wait().await => {}
                Err(error) if *expected != Expected::Any => return Err(precondition_failed(error)),
                Err(error) => return Err(error),
            }
        }
    }

    /// What the audit has of a change from `old` to `new`.
    fn entry(&self, actor: &Actor, action: &str, old: Option<&Speaker>, new: Option<&Speaker>) -> AuditEntry {
        let id = old.or(new).map(|speaker| speaker.id.to_string()).unwrap_or_default();
        let (object, changes) = (format!("speakers/{id}"), Changes::between(old, new, &SHOWN));
        AuditEntry::new(actor, action, object, changes, self.clock.now(), &self.random)
    }
}

/// A change with `If-Match` that lost to another request was made on an old version.
fn precondition_failed(error: SpeakerError) -> SpeakerError {
    match error {
        SpeakerError::VersionConflict => SpeakerError::PreconditionFailed,
        error => error,
    }
}
