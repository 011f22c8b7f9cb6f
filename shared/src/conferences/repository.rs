//! The reads and writes of conferences.

use super::error::ConferenceError;
use super::keys;
use super::model::Conference;
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Expression, Position, Query, Table, Transaction};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use crate::time::Date;

#[derive(Clone, Debug)]
pub struct ConferenceRepository {
    conferences: Table,
    audit: Table,
    random: Random,
}

impl ConferenceRepository {
    pub fn new(platform: &Platform) -> Self {
        Self {
            conferences: platform.tables.table("conferences"),
            audit: platform.tables.table("audit"),
            random: platform.random.clone(),
        }
    }

    pub async fn by_slug(&self, slug: &Slug) -> Result<Option<Conference>, dynamo::Error> {
        self.conferences.get(&keys::conference(slug)).await
    }

    /// A conference, perhaps as it was a second ago.
    pub async fn recent(&self, slug: &Slug) -> Result<Option<Conference>, dynamo::Error> {
        self.conferences.get_eventual(&keys::conference(slug)).await
    }

    /// A page of all conferences, latest start first.
    pub async fn list(&self, limit: usize, after: Option<Position>) -> Result<dynamo::Page<Conference>, dynamo::Error> {
        self.conferences.query(Query::gsi1(keys::CONFERENCES).backward().limit(limit).after(after)).await
    }

    /// All conferences, earliest start first.
    pub async fn all(&self) -> Result<Vec<Conference>, dynamo::Error> {
        self.conferences.query_all(Query::gsi1(keys::CONFERENCES)).await
    }

    /// The conferences that have begun by `last` and do not end before `first`.
    pub async fn on(&self, first: Date, last: Date) -> Result<Vec<Conference>, dynamo::Error> {
        let not_over = Expression::new("end_date >= :first").text(":first", first);
        let list = Query::gsi1(keys::CONFERENCES).up_to(&keys::begun_by(last));
        self.conferences.query_all(list.filter(not_over)).await
    }

    /// Stores a new conference; [`ConferenceError::SlugTaken`] if it exists. Its version follows that of a deleted one.
    pub async fn create(&self, conference: Conference, entry: &AuditEntry) -> Result<Conference, ConferenceError> {
        let vacancy = self.conferences.vacancy(&keys::conference(&conference.slug)).await;
        let (version, vacant) = vacancy.map_err(|error| error.or(ConferenceError::SlugTaken))?;
        let conference = Conference { version, ..conference };
        let mut transaction = Transaction::new();
        transaction.put_if(&self.conferences, &conference, &vacant, ConferenceError::SlugTaken);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await?;
        Ok(conference)
    }

    /// Stores the next version of a conference.
    pub async fn save(&self, conference: &Conference, entry: &AuditEntry) -> Result<(), ConferenceError> {
        let unchanged = Expression::version(conference.version - 1);
        let mut transaction = Transaction::new();
        transaction.put_if(&self.conferences, conference, &unchanged, ConferenceError::PreconditionFailed);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    /// Whether the partition has nothing but the conference, and perhaps an agenda that was emptied.
    pub async fn is_alone(&self, slug: &Slug) -> Result<bool, dynamo::Error> {
        let stays = [keys::conference(slug), keys::empty_agenda(slug)];
        Ok(self.conferences.keys(&keys::partition(slug)).await?.iter().all(|key| stays.contains(key)))
    }

    /// How often another domain put the first of something into the conference.
    pub async fn arrivals(&self, slug: &Slug) -> Result<u64, dynamo::Error> {
        self.conferences.arrivals(&keys::conference(slug)).await
    }

    /// Deletes a conference at this version, if nothing has arrived since there were so many arrivals.
    pub async fn delete(
        &self,
        slug: &Slug,
        version: u64,
        arrivals: u64,
        entry: &AuditEntry,
    ) -> Result<(), ConferenceError> {
        let unchanged = Expression::version(version).and(Expression::arrivals(arrivals));
        let (key, otherwise) = (keys::conference(slug), ConferenceError::PreconditionFailed);
        let mut transaction = Transaction::new();
        transaction.retire::<Conference>(&self.conferences, &key, version, &unchanged, otherwise);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }
}
