//! What is released, as the instance remembers it. Everybody who opens the app reads one agenda: from memory, with a
//! small read of its head every few seconds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::agenda::model::Release;
use crate::agenda::released::Released;
use crate::agenda::repository::AgendaRepository;
use crate::agenda::shelf::Shelf;
use crate::dynamo::{self, Entity};
use crate::platform::Platform;
use crate::text::Slug;
use crate::time::Clock;

/// The released agendas. Clones share their memory.
#[derive(Clone, Debug)]
pub struct Releases {
    repository: AgendaRepository,
    shelf: Arc<Mutex<Shelf>>,
    clock: Clock,
}

impl Releases {
    /// On this platform, with nothing remembered.
    pub fn new(platform: &Platform) -> Self {
        Self { repository: AgendaRepository::new(platform), shelf: Arc::default(), clock: platform.clock.clone() }
    }

    /// The number of the current release, as it was at most five seconds ago.
    pub async fn number(&self, conference: &Slug) -> Result<Option<u64>, dynamo::Error> {
        let known = self.shelf().number(conference, self.clock.now());
        if known.is_some() {
            return Ok(known);
        }
        let read = self.repository.recent_number(conference).await?;
        Ok(read.map(|number| self.see(conference, number)))
    }

    /// The current release, as it was at most five seconds ago.
    pub async fn current(&self, conference: &Slug) -> Result<Option<Arc<Released>>, dynamo::Error> {
        match self.number(conference).await? {
            Some(number) => self.with_number(conference, number).await,
            None => Ok(None),
        }
    }

    /// The current release as it is now, for who must not act on an older one.
    pub async fn newest(&self, conference: &Slug) -> Result<Option<Arc<Released>>, dynamo::Error> {
        match self.repository.head(conference).await?.release {
            Some(number) => self.with_number(conference, self.see(conference, number)).await,
            None => Ok(None),
        }
    }

    /// The release with this number.
    pub async fn with_number(&self, conference: &Slug, number: u64) -> Result<Option<Arc<Released>>, dynamo::Error> {
        let known = self.shelf().release(conference, number);
        if known.is_some() {
            return Ok(known);
        }
        let Some(agenda) = self.repository.release(conference, number).await? else { return Ok(None) };
        let failed =
            |error: serde_json::Error| dynamo::Error::Encode { entity: Release::NAME, reason: error.to_string() };
        let released = Arc::new(Released::new(agenda).map_err(failed)?);
        self.shelf().put(&released);
        Ok(Some(released))
    }

    /// Remembers a number that was just read, or published by this instance; answers the newest that is known.
    pub(super) fn see(&self, conference: &Slug, number: u64) -> u64 {
        self.shelf().see(conference, number, self.clock.now())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
