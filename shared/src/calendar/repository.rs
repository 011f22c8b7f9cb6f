//! Reads and writes tokens of calendars: by token, to read a calendar, and by user, to revoke its token.

use super::error::CalendarError;
use super::keys;
use super::model::{Access, Grant, TokenHash};
use crate::dynamo::{self, Expression, Table, Transaction};
use crate::id::UserId;
use crate::platform::Platform;
use crate::random::Random;

/// Access to tokens of calendars.
#[derive(Clone, Debug)]
pub struct CalendarRepository {
    conferences: Table,
    random: Random,
}

impl CalendarRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self { conferences: platform.tables.table("conferences"), random: platform.random.clone() }
    }

    /// The user whose calendar a token opens, and since when.
    pub async fn grant(&self, token: &TokenHash) -> Result<Option<Grant>, dynamo::Error> {
        self.conferences.get(&keys::token(token)).await
    }

    /// The current token of a user's calendar.
    pub async fn access(&self, user: UserId) -> Result<Option<Access>, dynamo::Error> {
        self.conferences.get(&keys::calendar(user)).await
    }

    /// Replaces the token of a calendar; [`CalendarError::VersionConflict`] if the current token is not `before`.
    pub async fn replace(&self, access: &Access, before: Option<&Access>) -> Result<(), CalendarError> {
        let mut transaction = Transaction::<CalendarError>::new();
        let created_at = Some(access.created_at);
        let grant = Grant { hash: access.hash.clone(), user_id: access.user_id, created_at };
        transaction.put(&self.conferences, &grant);
        let unchanged = match before {
            Some(before) => Expression::new("#hash = :hash").name("#hash", "hash").text(":hash", &before.hash),
            None => Expression::absent(),
        };
        transaction.put_if(&self.conferences, access, &unchanged, CalendarError::VersionConflict);
        if let Some(before) = before {
            transaction.delete(&self.conferences, &keys::token(&before.hash));
        }
        transaction.run(&self.random).await
    }

    /// Revokes the token of a calendar, if it has one.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        let Some(access) = self.access(user).await? else { return Ok(()) };
        // The grant first: if this stops between the two deletions, the next try finds the grant by the access.
        self.conferences.delete(&keys::token(&access.hash), &Expression::default()).await?;
        self.conferences.delete(&keys::calendar(user), &Expression::default()).await
    }
}
