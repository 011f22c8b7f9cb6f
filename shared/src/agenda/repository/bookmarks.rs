//! Reads and writes bookmarks, by user and by session.

use crate::agenda::bookmark::{Bookmark, MAX_BOOKMARKS};
use crate::agenda::keys;
use crate::dynamo::{self, Expression, Position, Query, Table, Transaction};
use crate::id::{AgendaSessionId, UserId};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;
use std::collections::BTreeSet;

/// Bookmarks read in one request. A bookmark has about 200 bytes, and a request reads 1 MB (DynamoDB's limit).
const PAGE: usize = 2_000;

/// Why a bookmark was not stored or deleted.
#[derive(Debug)]
pub enum NotChanged {
    /// It was stored, or deleted, before.
    Already,
    /// The user has [`MAX_BOOKMARKS`].
    Full,
    /// The request to DynamoDB failed.
    Failed(dynamo::Error),
}

impl From<dynamo::Error> for NotChanged {
    fn from(error: dynamo::Error) -> Self {
        Self::Failed(error)
    }
}

/// Access to bookmarks.
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

    /// Stores a bookmark and counts it, unless it is stored already.
    pub async fn put(&self, bookmark: &Bookmark) -> Result<(), NotChanged> {
        let mut transaction = Transaction::new();
        transaction.put_if(&self.conferences, bookmark, &Expression::absent(), NotChanged::Already);
        let not_full =
            Expression::new("attribute_not_exists(bookmarks) OR bookmarks < :max").number(":max", MAX_BOOKMARKS);
        let count = keys::bookmark_count(bookmark.user_id);
        transaction.update_if(&self.conferences, &count, &count_by(1), &not_full, NotChanged::Full);
        transaction.run(&self.random).await
    }

    /// Deletes a bookmark and takes it off the count, unless it is deleted already.
    pub async fn delete(&self, user: UserId, conference: &Slug, session: AgendaSessionId) -> Result<(), NotChanged> {
        let mut transaction = Transaction::new();
        let (key, present) = (keys::bookmark(user, conference, session), Expression::new("attribute_exists(pk)"));
        transaction.delete_if(&self.conferences, &key, &present, NotChanged::Already);
        transaction.update(&self.conferences, &keys::bookmark_count(user), &count_by(-1));
        transaction.run(&self.random).await
    }

    /// A user's bookmarks of a conference, or of all conferences.
    pub async fn of(&self, user: UserId, conference: Option<&Slug>) -> Result<Vec<Bookmark>, dynamo::Error> {
        self.conferences.query_all(Query::table(&keys::plan(user)).prefix(&keys::bookmarks(conference))).await
    }

    /// A page of the users who bookmarked a session.
    async fn page_of_users(
        &self,
        conference: &Slug,
        session: AgendaSessionId,
        after: Option<Position>,
    ) -> Result<(Vec<UserId>, Option<Position>), dynamo::Error> {
        let query = Query::gsi1(&keys::bookmarked(conference, session)).limit(PAGE).after(after);
        let page = self.conferences.query::<Bookmark>(query).await?;
        Ok((page.items.into_iter().map(|bookmark| bookmark.user_id).collect(), page.last))
    }

    /// All users who bookmarked a session.
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

    /// Deletes all items in the partition of a user's bookmarks, their count included.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        let keys = self.conferences.keys(&keys::plan(user)).await?;
        self.conferences.batch_delete(&keys, &self.random).await
    }
}

/// Adds to a user's count of bookmarks. The first change makes the item, so it also writes what every item carries.
fn count_by(change: i32) -> Expression {
    Expression::new("ADD bookmarks :change SET #entity = :entity, v = :version")
        .name("#entity", "entity")
        .number(":change", change)
        .text(":entity", "bookmark_count")
        .number(":version", 1)
}
