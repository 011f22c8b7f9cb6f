//! The use cases of conferences, and their rules.

use serde::Deserialize;
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::error::ConferenceError;
use super::model::Conference;
use super::repository::ConferenceRepository;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::expected::Expected;
use crate::page::{Page, PageRequest};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::{Line, Slug, Text, not_null, set};
use crate::time::{Clock, Date, Time, Zone};
use crate::url::HttpsUrl;

/// Seconds that a session may be before the first or after the last day: a week.
const MARGIN: i64 = 7 * 24 * 3600;

/// Fields whose values the audit shows: all but the long text.
const SHOWN: [&str; 7] = ["name", "start_date", "end_date", "timezone", "location", "image_url", "logo_url"];

/// A new conference.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "slug": "ibw-2026",
    "name": "India Blockchain Week 2026",
    "description": "A week of talks, workshops and side events.",
    "start_date": "2026-12-01",
    "end_date": "2026-12-05",
    "timezone": "Asia/Kolkata",
    "location": "Bengaluru",
    "logo_url": "https://cdn.example.org/ibw-2026/logo.png",
}))]
pub struct NewConference {
    /// URL slug, unique. It cannot be changed.
    pub slug: Slug,
    /// Display name.
    pub name: Line<100>,
    /// Description in plain text.
    pub description: Option<Text<5000>>,
    /// First day, in `timezone`.
    pub start_date: Date,
    /// Last day, in `timezone`, not before the first.
    pub end_date: Date,
    /// IANA time zone, such as `Asia/Kolkata`.
    pub timezone: Zone,
    /// Venue or city.
    pub location: Option<Line<200>>,
    /// Address of a picture.
    pub image_url: Option<HttpsUrl>,
    /// Address of the logo.
    pub logo_url: Option<HttpsUrl>,
}

/// Changes to a conference. A field that is not sent stays as it is; `null` clears an optional field.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"end_date": "2026-12-06", "location": "Bengaluru, BIEC", "image_url": null}))]
pub struct ConferencePatch {
    /// Display name.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub name: Option<Line<100>>,
    /// Description in plain text.
    #[serde(with = "double_option")]
    pub description: Option<Option<Text<5000>>>,
    /// First day, in `timezone`.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub start_date: Option<Date>,
    /// Last day, in `timezone`, not before the first.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub end_date: Option<Date>,
    /// IANA time zone, such as `Asia/Kolkata`.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub timezone: Option<Zone>,
    /// Venue or city.
    #[serde(with = "double_option")]
    pub location: Option<Option<Line<200>>>,
    /// Address of a picture.
    #[serde(with = "double_option")]
    pub image_url: Option<Option<HttpsUrl>>,
    /// Address of the logo.
    #[serde(with = "double_option")]
    pub logo_url: Option<Option<HttpsUrl>>,
}

/// The use cases of conferences.
#[derive(Clone, Debug)]
pub struct ConferenceService {
    repository: ConferenceRepository,
    clock: Clock,
    random: Random,
}

impl ConferenceService {
    /// On this platform.
    pub fn new(platform: &Platform) -> Self {
        Self {
            repository: ConferenceRepository::new(platform),
            clock: platform.clock.clone(),
            random: platform.random.clone(),
        }
    }

    /// A conference; [`ConferenceError::NotFound`] if there is none with this slug.
    pub async fn get(&self, slug: &Slug) -> Result<Conference, ConferenceError> {
        self.repository.by_slug(slug).await?.ok_or(ConferenceError::NotFound)
    }

    /// A conference as everybody reads it: perhaps as it was a second ago.
    pub async fn show(&self, slug: &Slug) -> Result<Conference, ConferenceError> {
        self.repository.recent(slug).await?.ok_or(ConferenceError::NotFound)
    }

    /// A page of all conferences, latest start first.
    pub async fn list(&self, page: &PageRequest) -> Result<Page<Conference>, ConferenceError> {
        let context = ["conferences"];
        let after = page.after(&context)?;
        let found = self.repository.list(page.limit, after).await?;
        Ok(page.page(&context, found.items, found.last))
    }

    /// The slugs of all conferences. They are few, so there are no pages.
    pub async fn slugs(&self) -> Result<Vec<Slug>, ConferenceError> {
        let conferences = self.repository.all().await?;
        Ok(conferences.into_iter().map(|conference| conference.slug).collect())
    }

    /// Creates a conference.
    pub async fn create(&self, actor: &Actor, new: NewConference) -> Result<Conference, ConferenceError> {
        let now = self.clock.now();
        let conference = Conference {
            slug: new.slug,
            name: new.name,
            description: new.description,
            start_date: new.start_date,
            end_date: new.end_date,
            timezone: new.timezone,
            location: new.location,
            image_url: new.image_url,
            logo_url: new.logo_url,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        check_dates(&conference)?;
        let entry = self.entry(actor, "conference.create", None, Some(&conference));
        self.repository.create(conference, &entry).await
    }

    /// Changes a conference that is at version `expected`.
    pub async fn update(
        &self,
        actor: &Actor,
        slug: &Slug,
        patch: ConferencePatch,
        expected: &Expected,
    ) -> Result<Conference, ConferenceError> {
        let old = self.at_version(slug, expected).await?;
        let mut conference = old.clone();
        set(&mut conference.name, patch.name);
        set(&mut conference.description, patch.description);
        set(&mut conference.start_date, patch.start_date);
        set(&mut conference.end_date, patch.end_date);
        set(&mut conference.timezone, patch.timezone);
        set(&mut conference.location, patch.location);
        set(&mut conference.image_url, patch.image_url);
        set(&mut conference.logo_url, patch.logo_url);
        check_dates(&conference)?;
        conference.stamp(self.clock.now());
        let entry = self.entry(actor, "conference.update", Some(&old), Some(&conference));
        self.repository.save(&conference, &entry).await?;
        Ok(conference)
    }

    /// Deletes a conference without sessions, speakers, check-in lists and tickets.
    pub async fn delete(&self, actor: &Actor, slug: &Slug, expected: &Expected) -> Result<(), ConferenceError> {
        let arrivals = self.repository.arrivals(slug).await?;
        let conference = self.at_version(slug, expected).await?;
        let version = conference.version;
        if !self.repository.is_alone(slug).await? {
            return Err(ConferenceError::NotEmpty);
        }
        let entry = self.entry(actor, "conference.delete", Some(&conference), None);
        match self.repository.delete(slug, version, arrivals, &entry).await {
            // Either the conference was changed at the same time, or it got something.
            Err(ConferenceError::PreconditionFailed) => {
                self.at_version(slug, &version.into()).await?;
                Err(ConferenceError::NotEmpty)
            }
            deleted => deleted,
        }
    }

    /// What the audit has of a change from `old` to `new`.
    fn entry(&self, actor: &Actor, action: &str, old: Option<&Conference>, new: Option<&Conference>) -> AuditEntry {
        let slug = old.or(new).map(|conference| conference.slug.to_string()).unwrap_or_default();
        let (object, changes) = (format!("conferences/{slug}"), Changes::between(old, new, &SHOWN));
        AuditEntry::new(actor, action, object, changes, self.clock.now(), &self.random)
    }

    async fn at_version(&self, slug: &Slug, expected: &Expected) -> Result<Conference, ConferenceError> {
        let conference = self.get(slug).await?;
        if expected.has(conference.version) { Ok(conference) } else { Err(ConferenceError::PreconditionFailed) }
    }

    /// The conferences that are on at `now`, or within a week of it: some sessions may be before the first day or after
    /// the last.
    pub async fn around(&self, now: Time) -> Result<Vec<Conference>, ConferenceError> {
        let utc = |seconds: i64| Zone::utc().date(now.plus_seconds(seconds));
        Ok(self.repository.on(utc(-MARGIN), utc(MARGIN)).await?)
    }
}

fn check_dates(conference: &Conference) -> Result<(), ConferenceError> {
    for (field, date) in [("start_date", conference.start_date), ("end_date", conference.end_date)] {
        if !date.is_plausible() {
            return Err(ConferenceError::ImplausibleYear(field));
        }
    }
    if conference.is_in_order() { Ok(()) } else { Err(ConferenceError::DatesOutOfOrder) }
}
