//! The tokens of calendars: by token, to read a calendar, and by user, to take its token back.

use super::error::CalendarError;
use super::keys;
use super::model::{Access, Grant, TokenHash};
use crate::dynamo::{self, Expression, Table, Transaction};
use crate::id::UserId;
use crate::platform::Platform;
use crate::random::Random;

/// Tokens of calendars in DynamoDB.
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

    /// Whose calendar a token opens.
    pub async fn owner(&self, token: &TokenHash) -> Result<Option<UserId>, dynamo::Error> {
        let grant: Option<Grant> = self.conferences.get(&keys::token(token)).await?;
        Ok(grant.map(|grant| grant.user_id))
    }

    /// Which token a user's calendar has.
    pub async fn access(&self, user: UserId) -> Result<Option<Access>, dynamo::Error> {
        self.conferences.get(&keys::calendar(user)).await
    }

    /// Gives a calendar a token in place of the one it had; [`CalendarError::VersionConflict`] if it has another meanwhile.
    pub async fn replace(&self, access: &Access, before: Option<&Access>) -> Result<(), CalendarError> {
        let mut transaction = Transaction::<CalendarError>::new();
        let grant = Grant { hash: access.hash.clone(), user_id: access.user_id };
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

    /// Takes a calendar's token back, if it has one.
    pub async fn forget(&self, user: UserId) -> Result<(), dynamo::Error> {
        let Some(access) = self.access(user).await? else { return Ok(()) };
        // The token first: it is found by the other.
        self.conferences.delete(&keys::token(&access.hash), &Expression::default()).await?;
        self.conferences.delete(&keys::calendar(user), &Expression::default()).await
    }
}
