//! Bookmarks, by user and by session.

use std::collections::BTreeSet;

use crate::agenda::bookmark::{Bookmark, MAX_BOOKMARKS};
use crate::agenda::keys;
use crate::dynamo::{self, Entity, Expression, Key, Position, Query, Table, Transaction};
use crate::id::{AgendaSessionId, UserId};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;

/// Bookmarks read in one request.
const PAGE: usize = 2_000;

impl Entity for Bookmark {
    const NAME: &'static str = "bookmark";

    fn key(&self) -> Key {
        keys::bookmark(self.user_id, &self.conference, self.session_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::bookmarked(&self.conference, self.session_id)), ("gsi1sk", self.user_id.to_string())]
    }
}

/// Why a bookmark was not put or deleted.
#[derive(Debug)]
pub enum NotChanged {
    /// It is so already.
    Already,
    /// The user has as many as there may be.
    Full,
    /// DynamoDB.
    Failed(dynamo::Error),
}

impl From<dynamo::Error> for NotChanged {
    fn from(error: dynamo::Error) -> Self {
        Self::Failed(error)
    }
}

/// Bookmarks in DynamoDB.
#[derive(Clone, Debug)]
pub struct BookmarkRepository {
    conferences: Table,
    random: Random,
}

impl BookmarkRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self { conferences: platform.tables.table("conferences"), random: platform.random.clone() }
    }

    /// Stores a bookmark that is not there, and counts it.
    pub async fn put(&self, bookmark: &Bookmark) -> Result<(), NotChanged> {
        let mut transaction = Transaction::new();
        transaction.put_if(&self.conferences, bookmark, &Expression::absent(), NotChanged::Already);
        let room = Expression::new("attribute_not_exists(bookmarks) OR bookmarks < :max").number(":max", MAX_BOOKMARKS);
        let count = keys::bookmark_count(bookmark.user_id);
        transaction.update_if(&self.conferences, &count, &counted(1), &room, NotChanged::Full);
        transaction.run(&self.random).await
    }

    /// Deletes a bookmark that is there, and counts it no more.
    pub async fn delete(&self, user: UserId, conference: &Slug, session: AgendaSessionId) -> Result<(), NotChanged> {
        let mut transaction = Transaction::new();
        let (key, present) = (keys::bookmark(user, conference, session), Expression::new("attribute_exists(pk)"));
        transaction.delete_if(&self.conferences, &key, &present, NotChanged::Already);
        transaction.update(&self.conferences, &keys::bookmark_count(user), &counted(-1));
        transaction.run(&self.random).await
    }

    /// A user's bookmarks: those of a conference, or all.
    pub async fn of(&self, user: UserId, conference: Option<&Slug>) -> Result<Vec<Bookmark>, dynamo::Error> {
        self.conferences.query_all(Query::table(&keys::plan(user)).prefix(&keys::bookmarks(conference))).await
    }

    /// A page of those who bookmarked a session.
    pub async fn page_of_users(
        &self,
        conference: &Slug,
        session: AgendaSessionId,
        after: Option<Position>,
    ) -> Result<(Vec<UserId>, Option<Position>), dynamo::Error> {
        let query = Query::gsi1(&keys::bookmarked(conference, session)).limit(PAGE).after(after);
        let page = self.conferences.query::<Bookmark>(query).await?;
        Ok((page.items.into_iter().map(|bookmark| bookmark.user_id).collect(), page.last))
    }

    /// All who bookmarked a session.
    pub async fn users(&self, conference: &Slug, session: AgendaSessionId) -> Result<BTreeSet<UserId>, dynamo::Error> {
        let (mut all, mut after) = (BTreeSet::new(), None);
        loop {
            let (users, last) = self.page_of_users(conference, session, after).await?;
            all.extend(users);
            if last.is_none() {
                return Ok(all);
            }
            after = last;
        }
    }

    /// Deletes all that a user planned, reminders included.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        let keys = self.conferences.keys(&keys::plan(user)).await?;
        self.conferences.batch_delete(&keys, &self.random).await
    }
}

/// The change of a user's count of bookmarks.
fn counted(change: i32) -> Expression {
    Expression::new("ADD bookmarks :change SET #entity = :entity, v = :version")
        .name("#entity", "entity")
        .number(":change", change)
        .text(":entity", "bookmark_count")
        .number(":version", 1)
}
