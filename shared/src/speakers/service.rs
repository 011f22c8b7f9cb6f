//! What can be done with speakers, and its rules.

use serde::Deserialize;
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::error::SpeakerError;
use super::import::{Matched, Person, matched};
use super::model::Speaker;
use super::repository::SpeakerRepository;
use crate::conferences::service::ConferenceService;
use crate::id::{SpeakerId, UserId};
use crate::page::{Page, PageRequest};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::{Line, Slug, Text, not_null, set};
use crate::time::Clock;
use crate::url::HttpsUrl;
use crate::users::error::UserError;
use crate::users::handles::{LinkedinUsername, TwitterUsername};
use crate::users::service::UserService;

/// Tries to store a change that loses to other changes of the same speaker, before it is given up.
const SAVE_TRIES: usize = 5;

/// A speaker to be written.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSpeaker {
    /// What they are called.
    pub name: Line<200>,
    /// Their name in addresses, for good; made of the name when absent.
    pub slug: Option<Slug>,
    /// What they do.
    pub title: Option<Line<200>>,
    /// Who they are.
    pub bio: Option<Text<20000>>,
    /// A photo.
    pub photo_url: Option<HttpsUrl>,
    /// Twitter (X) name.
    pub twitter_username: Option<TwitterUsername>,
    /// LinkedIn profile name.
    pub linkedin_username: Option<LinkedinUsername>,
}

/// Changes to a speaker. A field that is absent stays, `null` clears, a value replaces.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SpeakerPatch {
    /// What they are called.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub name: Option<Line<200>>,
    /// What they do.
    #[serde(with = "double_option")]
    pub title: Option<Option<Line<200>>>,
    /// Who they are.
    #[serde(with = "double_option")]
    pub bio: Option<Option<Text<20000>>>,
    /// A photo.
    #[serde(with = "double_option")]
    pub photo_url: Option<Option<HttpsUrl>>,
    /// Twitter (X) name.
    #[serde(with = "double_option")]
    pub twitter_username: Option<Option<TwitterUsername>>,
    /// LinkedIn profile name.
    #[serde(with = "double_option")]
    pub linkedin_username: Option<Option<LinkedinUsername>>,
}

/// Speakers.
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

    /// A speaker; [`SpeakerError::NotFound`] when there is none of this id.
    pub async fn get(&self, id: SpeakerId) -> Result<Speaker, SpeakerError> {
        self.repository.by_id(id).await?.ok_or(SpeakerError::NotFound)
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

    /// All speakers of a conference, as they are now.
    pub async fn all(&self, conference: &Slug) -> Result<Vec<Speaker>, SpeakerError> {
        Ok(self.repository.all(conference).await?)
    }

    /// Writes a new speaker.
    pub async fn create(&self, conference: &Slug, new: NewSpeaker) -> Result<Speaker, SpeakerError> {
        self.conferences.get(conference).await?;
        let now = self.clock.now();
        let id = SpeakerId::generate(now, &self.random);
        let speaker = Speaker {
            id,
            conference: conference.clone(),
            slug: new.slug.unwrap_or_else(|| slug_of(new.name.as_str(), id)),
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
        self.repository.save_all(std::slice::from_ref(&speaker), &[]).await?;
        Ok(speaker)
    }

    /// Changes a speaker who is at version `expected`.
    pub async fn update(&self, id: SpeakerId, patch: SpeakerPatch, expected: u64) -> Result<Speaker, SpeakerError> {
        self.change(id, Some(expected), |speaker| {
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

    /// Says which user a speaker is, or that they are none. A user is one speaker of a conference at most.
    pub async fn link(
        &self,
        id: SpeakerId,
        user: Option<UserId>,
        expected: Option<u64>,
    ) -> Result<Speaker, SpeakerError> {
        if let Some(user) = user {
            self.users.get(user).await.map_err(|error| match error {
                UserError::NotFound => SpeakerError::UnknownUser,
                error => error.into(),
            })?;
        }
        self.change(id, expected, |speaker| speaker.user_id = user).await
    }

    /// Deletes a speaker who is at version `expected`. Sessions name them until the next release.
    pub async fn delete(&self, id: SpeakerId, expected: u64) -> Result<(), SpeakerError> {
        let speaker = self.get(id).await?;
        if speaker.version != expected {
            return Err(SpeakerError::PreconditionFailed);
        }
        self.repository.delete(&speaker).await.map_err(insisting)
    }

    /// Finds the speakers that these people of a schedule are, among all of the conference, and who is new or changed. Nothing
    /// is stored.
    pub fn matched(&self, conference: &Slug, known: &[Speaker], people: &[Person]) -> Matched {
        matched(conference, known, people, self.clock.now(), &self.random)
    }

    /// Stores who is new or changed.
    pub async fn store(&self, matched: &Matched) -> Result<(), SpeakerError> {
        self.repository.save_all(&matched.created, &matched.changed).await
    }

    async fn change<F>(&self, id: SpeakerId, expected: Option<u64>, change: F) -> Result<Speaker, SpeakerError>
    where
        F: Fn(&mut Speaker),
    {
        let mut tries = 0;
        loop {
            let before = self.get(id).await?;
            if expected.is_some_and(|version| version != before.version) {
                return Err(SpeakerError::PreconditionFailed);
            }
            let mut speaker = before.clone();
            change(&mut speaker);
            if speaker == before {
                return Ok(speaker);
            }
            speaker.stamp(self.clock.now());
            tries += 1;
            match self.repository.save(&before, &speaker).await {
                Ok(()) => return Ok(speaker),
                Err(SpeakerError::VersionConflict) if expected.is_none() && tries < SAVE_TRIES => {}
                Err(error) if expected.is_some() => return Err(insisting(error)),
                Err(error) => return Err(error),
            }
        }
    }
}

/// The slug of a name, or of the id where no letter of it can be written so.
pub(super) fn slug_of(name: &str, id: SpeakerId) -> Slug {
    Slug::of(name, &id.to_string().to_lowercase().replace('_', "-"))
}

/// A lost race, to whom insists on a version.
fn insisting(error: SpeakerError) -> SpeakerError {
    match error {
        SpeakerError::VersionConflict => SpeakerError::PreconditionFailed,
        error => error,
    }
}
