//! The reads and writes of sessions and API keys.

use super::confirmation::Confirmation;
use super::error::AuthError;
use super::keys;
use super::model::{ApiKey, SESSION_SECONDS, Session};
use crate::auth::model::ApiKeyId;
use crate::control::model::{Change, ControlEntry};
use crate::dynamo::{self, Entity, Expression, Key, OutboxMessage, Query, Table, Transaction};
use crate::id::{SessionId, UserId};
use crate::one_time_code;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Time;

/// Seconds in which the refresh token before the current one still works. A client whose connection broke repeats its
/// request within them; two tabs that refresh at once are also served.
const GRACE: i64 = 30;

/// Sessions and API keys in DynamoDB.
#[derive(Clone, Debug)]
pub struct AuthRepository {
    ephemeral: Table,
    admin: Table,
    /// For its outbox, as `ephemeral` has none.
    users: Table,
    random: Random,
}

impl AuthRepository {
    /// On the tables of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self {
            ephemeral: platform.tables.table("ephemeral"),
            admin: platform.tables.table("admin"),
            users: platform.tables.table("users"),
            random: platform.random.clone(),
        }
    }

    /// Stores a new session.
    pub async fn open(&self, session: &Session) -> Result<(), dynamo::Error> {
        self.ephemeral.put(session, &Expression::absent()).await
    }

    /// Raises a session's generation. The write decides which of two refreshes wins. The generation before the current
    /// one is answered with the current session for `GRACE` seconds, as the answer may not have arrived. A refresh
    /// with an older one ends the session, because its token may be stolen.
    pub async fn rotate(&self, user: UserId, id: SessionId, generation: u64, now: Time) -> Result<Session, AuthError> {
        let key = keys::session(user, id);
        let update = Expression::new("SET generation = generation + :one, last_used_at = :now, expires_at = :end")
            .number(":one", 1)
            .text(":now", now)
            .number(":end", now.plus_seconds(SESSION_SECONDS).seconds());
        let current = Expression::new("generation = :generation AND expires_at > :seconds")
            .number(":generation", generation)
            .number(":seconds", now.seconds());
        match self.ephemeral.update(&key, &update, &current).await {
            Ok(session) => Ok(session),
            Err(dynamo::Error::ConditionFailed) => {
                let session: Option<Session> = self.ephemeral.get_live(&key, now).await?;
                let session = session.ok_or(AuthError::SessionEnded)?;
                let fresh = now < session.last_used_at.plus_seconds(GRACE);
                if fresh && session.generation == generation + 1 {
                    return Ok(session);
                }
                self.close(user, id, now).await?;
                Err(AuthError::RefreshTokenReused)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A user's sessions, oldest first.
    pub async fn sessions(&self, user: UserId, now: Time) -> Result<Vec<Session>, dynamo::Error> {
        let live = Expression::new("expires_at > :now").number(":now", now.seconds());
        self.ephemeral.query_all(Query::table(&keys::partition(user)).prefix(keys::SESSION).filter(live)).await
    }

    /// A session of a user, unless it has ended.
    pub async fn session(&self, user: UserId, id: SessionId, now: Time) -> Result<Option<Session>, dynamo::Error> {
        self.ephemeral.get_live(&keys::session(user, id), now).await
    }

    /// Ends a session, if it has not ended yet. Its access tokens are refused within seconds.
    pub async fn close(&self, user: UserId, id: SessionId, now: Time) -> Result<(), dynamo::Error> {
        let mut transaction = Transaction::new();
        transaction.delete(&self.ephemeral, &keys::session(user, id));
        transaction.put(&self.ephemeral, &self.ended(user, Change::SessionEnded { session: id }, now));
        transaction.run(&self.random).await
    }

    fn ended(&self, user: UserId, change: Change, now: Time) -> ControlEntry {
        ControlEntry::new(user, change, now, &self.random)
    }

    /// Ends all sessions of a user but `except`. Their access tokens are refused first: an interrupted call leaves
    /// sessions whose list the user sees, and no token that works meanwhile.
    pub async fn close_all(&self, user: UserId, except: Option<SessionId>, now: Time) -> Result<(), dynamo::Error> {
        let entry = self.ended(user, Change::SessionsEnded { except }, now);
        self.ephemeral.put(&entry, &Expression::absent()).await?;
        let sessions = self.sessions(user, now).await?;
        let keys: Vec<Key> = sessions.iter().filter(|session| Some(session.id) != except).map(Entity::key).collect();
        self.ephemeral.batch_delete(&keys, &self.random).await
    }

    /// Opens a confirmation, in place of an earlier one, and the message that has its code sent.
    pub async fn open_confirmation(&self, new: &Confirmation, message: &OutboxMessage) -> Result<(), dynamo::Error> {
        let mut transaction = Transaction::new();
        transaction.put(&self.ephemeral, new);
        transaction.put(&self.users, message);
        transaction.run(&self.random).await
    }

    /// The confirmation of a user.
    pub async fn confirmation(&self, user: UserId, now: Time) -> Result<Option<Confirmation>, dynamo::Error> {
        self.ephemeral.get_live(&keys::confirmation(user), now).await
    }

    /// Counts a try; `None` when there is no confirmation, or no try left.
    pub async fn count_try(&self, user: UserId, now: Time) -> Result<Option<Confirmation>, dynamo::Error> {
        one_time_code::count_try(&self.ephemeral, &keys::confirmation(user), now).await
    }

    /// Marks a confirmation as given for a credential, unless another one replaced it.
    pub async fn confirm(&self, open: &Confirmation, credential: &str) -> Result<bool, dynamo::Error> {
        let update = Expression::new("SET confirmed = :credential").text(":credential", credential);
        let same = Expression::new("id = :id").text(":id", open.id);
        let updated = self.ephemeral.update::<Confirmation>(&keys::confirmation(open.user_id), &update, &same).await;
        Ok(dynamo::if_held(updated)?.is_some())
    }

    /// The API key with this id.
    pub async fn api_key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, dynamo::Error> {
        self.admin.get(&keys::api_key(id)).await
    }

    /// Stores a new API key.
    pub async fn add_api_key(&self, key: &ApiKey) -> Result<(), dynamo::Error> {
        self.admin.put(key, &Expression::absent()).await
    }

    /// Marks a key as revoked, unless it is already.
    pub async fn revoke_api_key(&self, id: ApiKeyId, now: Time) -> Result<(), dynamo::Error> {
        let update = Expression::new("SET revoked_at = if_not_exists(revoked_at, :now)").text(":now", now);
        let is_there = Expression::new("attribute_exists(pk)");
        dynamo::if_held(self.admin.update::<ApiKey>(&keys::api_key(id), &update, &is_there).await).map(|_| ())
    }

    /// Remembers that a key was used.
    pub async fn touch_api_key(&self, id: ApiKeyId, now: Time) -> Result<(), dynamo::Error> {
        let update = Expression::new("SET last_used_at = :now").text(":now", now);
        let is_there = Expression::new("attribute_exists(pk)");
        dynamo::if_held(self.admin.update::<ApiKey>(&keys::api_key(id), &update, &is_there).await).map(|_| ())
    }
}
