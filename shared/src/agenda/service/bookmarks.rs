//! The operations on bookmarks. Notifications ask here which users bookmarked a session.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::Releases;
use crate::agenda::bookmark::{Bookmark, BookmarkedSession, plan};
use crate::agenda::error::AgendaError;
use crate::agenda::released::Released;
use crate::agenda::repository::{BookmarkRepository, NotChanged};
use crate::conferences::service::ConferenceService;
use crate::dynamo;
use crate::id::{AgendaSessionId, UserId};
use crate::notifications::group::Group;
use crate::notifications::service::{Answer, GroupSource};
use crate::platform::Platform;
use crate::text::Slug;
use crate::time::Clock;

/// Releases, or bookmarks of sessions, that are read at the same time.
const AT_ONCE: usize = 8;

/// The rules for bookmarks.
#[derive(Clone, Debug)]
pub struct Bookmarks {
    bookmarks: BookmarkRepository,
    releases: Releases,
    conferences: ConferenceService,
    clock: Clock,
}

impl Bookmarks {
    /// On this platform, of sessions in these releases, of these conferences.
    pub fn new(platform: &Platform, conferences: ConferenceService, releases: Releases) -> Self {
        Self { bookmarks: BookmarkRepository::new(platform), releases, conferences, clock: platform.clock.clone() }
    }

    /// Bookmarks a session of the current release. A second time it does nothing.
    pub async fn put(&self, user: UserId, conference: &Slug, session: AgendaSessionId) -> Result<(), AgendaError> {
        let known = self.releases.current(conference).await?.ok_or(AgendaError::NotReleased)?;
        if known.agenda.session(session).is_none() {
            // The user may have seen a newer release than this instance has.
            let newest = self.current(conference).await?.ok_or(AgendaError::NotReleased)?;
            newest.agenda.session(session).ok_or(AgendaError::NotInRelease(session))?;
        }
        let bookmark = Bookmark {
            user_id: user,
            conference: conference.clone(),
            session_id: session,
            bookmarked_at: self.clock.now(),
        };
        stored(self.bookmarks.put(&bookmark).await)
    }

    /// Removes a bookmark, if there is one.
    pub async fn delete(&self, user: UserId, conference: &Slug, session: AgendaSessionId) -> Result<(), AgendaError> {
        let deleted = self.bookmarks.delete(user, conference, session).await;
        if matches!(deleted, Err(NotChanged::Already)) {
            self.conferences.get(conference).await?;
        }
        stored(deleted)
    }

    /// The sessions of a conference that a user bookmarked, by start time.
    pub async fn plan(&self, user: UserId, conference: &Slug) -> Result<Vec<BookmarkedSession>, AgendaError> {
        let bookmarks = self.bookmarks.of(user, Some(conference));
        let (released, bookmarks) = tokio::try_join!(self.releases.current(conference), bookmarks)?;
        Ok(plan(&released.ok_or(AgendaError::NotReleased)?.agenda, &bookmarks))
    }

    /// The bookmarked sessions of a user, by agenda, of all conferences with a release.
    pub async fn plans(&self, user: UserId) -> Result<Vec<(Arc<Released>, Vec<BookmarkedSession>)>, dynamo::Error> {
        let bookmarks = self.bookmarks.of(user, None).await?;
        let conferences: BTreeSet<Slug> = bookmarks.iter().map(|bookmark| bookmark.conference.clone()).collect();
        let read = stream::iter(conferences).map(|conference| async move { self.releases.current(&conference).await });
        let releases: Vec<Option<Arc<Released>>> = read.buffered(AT_ONCE).try_collect().await?;
        let of = |conference: &Slug| -> Vec<Bookmark> {
            bookmarks.iter().filter(|bookmark| bookmark.conference == *conference).cloned().collect()
        };
        Ok(releases
            .into_iter()
            .flatten()
            .map(|released| {
                let sessions = plan(&released.agenda, &of(&released.agenda.conference));
                (released, sessions)
            })
            .collect())
    }

    /// All bookmarks of a user.
    pub async fn everything(&self, user: UserId) -> Result<Vec<Bookmark>, dynamo::Error> {
        self.bookmarks.of(user, None).await
    }

    /// Deletes all bookmarks of a user.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        self.bookmarks.forget(user).await
    }

    /// The users who bookmarked a session.
    pub async fn bookmarkers(
        &self,
        conference: &Slug,
        session: AgendaSessionId,
    ) -> Result<BTreeSet<UserId>, dynamo::Error> {
        self.bookmarks.users(conference, session).await
    }

    /// The current release, if there is one, whatever the instance remembers.
    pub async fn current(&self, conference: &Slug) -> Result<Option<Arc<Released>>, dynamo::Error> {
        self.releases.newest(conference).await
    }
}

/// To store what is stored, or to delete what is deleted, is no error: a client may repeat its request.
fn stored(changed: Result<(), NotChanged>) -> Result<(), AgendaError> {
    match changed {
        Ok(()) | Err(NotChanged::Already) => Ok(()),
        Err(NotChanged::Full) => Err(AgendaError::TooManyBookmarks),
        Err(NotChanged::Failed(error)) => Err(error.into()),
    }
}

impl Bookmarks {
    /// All users who bookmarked one of these sessions.
    async fn users_of(
        &self,
        conference: &Slug,
        sessions: &BTreeSet<AgendaSessionId>,
    ) -> Result<BTreeSet<UserId>, dynamo::Error> {
        let read = stream::iter(sessions.clone()).map(|session| self.bookmarks.users(conference, session));
        let all: Vec<BTreeSet<UserId>> = read.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(all.into_iter().flatten().collect())
    }
}

impl GroupSource for Bookmarks {
    fn users<'a>(&'a self, group: &'a Group) -> Answer<'a> {
        Box::pin(async move {
            match group {
                Group::Bookmarked { conference, sessions } => self.users_of(conference, sessions).await.map(Some),
                Group::Attendees { .. } | Group::Event { .. } => Ok(None),
            }
        })
    }
}
