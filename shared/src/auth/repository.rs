//! The reads and writes of sessions and API keys.

use super::confirmation::Confirmation;
use super::error::AuthError;
use super::items::ListedLogout;
use super::keys;
use super::model::{ApiKey, SESSION_SECONDS, Session};
use crate::auth::model::ApiKeyId;
use crate::control::model::{Change, ControlEntry, KEPT_SECONDS};
use crate::dynamo::{self, Contention, Entity, Expression, Key, OutboxMessage, Query, Table, Transaction};
use crate::id::{SessionId, UserId};
use crate::one_time_code;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Time;
use crate::users::error::UserError;
use crate::users::model::User;

/// Seconds in which the refresh token before the current one still works. A client whose connection broke repeats its
/// request within them; two tabs that refresh at once are also served.
const GRACE: i64 = 30;
/// Ends of single sessions of one user that get into the control list in a window of [`KEPT_SECONDS`]: every instance
/// reads them all. No person logs out so often. A logout everywhere is listed all the same.
const MAX_LISTED_ENDS: u64 = 10;

/// Why the end of a session was not listed.
enum Unlisted {
    /// There is no such session.
    NoSession,
    /// The user has enough entries in the list.
    TooMany,
    Dynamo(dynamo::Error),
}

impl From<dynamo::Error> for Unlisted {
    fn from(error: dynamo::Error) -> Self {
        Self::Dynamo(error)
    }
}

/// Sessions and API keys in DynamoDB.
#[derive(Clone, Debug)]
pub struct AuthRepository {
    ephemeral: Table,
    admin: Table,
    /// For profiles, and for its outbox, as `ephemeral` has none.
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

    /// Stores a new session of a user whose profile is still as it was read. Otherwise a login that began before a ban
    /// or a logout everywhere would outlive it.
    pub async fn open(&self, session: &Session, user: &User) -> Result<(), AuthError> {
        let mut transaction = Transaction::<AuthError>::new();
        let unchanged = Expression::version(user.version);
        transaction.check(&self.users, &user.key(), &unchanged, UserError::VersionConflict.into());
        transaction.put(&self.ephemeral, session);
        transaction.run(&self.random).await
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

    /// Ends a session; `false` if there is none. Its access tokens are refused within seconds, unless the user has
    /// ended very many sessions lately: then they expire by themselves.
    pub async fn close(&self, user: UserId, id: SessionId, now: Time) -> Result<bool, dynamo::Error> {
        let key = keys::session(user, id);
        let there = Expression::new("attribute_exists(pk)");
        let one_more = Expression::one_hit(now.plus_seconds(2 * KEPT_SECONDS).seconds());
        let room = Expression::fewer_hits(MAX_LISTED_ENDS);
        let mut transaction = Transaction::new();
        transaction.delete_if(&self.ephemeral, &key, &there, Unlisted::NoSession);
        transaction.update_if(&self.ephemeral, &keys::ends(user, now), &one_more, &room, Unlisted::TooMany);
        transaction.put(&self.ephemeral, &self.ended(user, Change::SessionEnded { session: id }, now));
        match transaction.run(&self.random).await {
            Ok(()) => Ok(true),
            Err(Unlisted::NoSession) => Ok(false),
            Err(Unlisted::TooMany) => {
                tracing::warn!(user.id = %user, "session.end_not_listed");
                self.ephemeral.delete(&key, &Expression::default()).await.map(|()| true)
            }
            Err(Unlisted::Dynamo(error)) => Err(error),
        }
    }

    fn ended(&self, user: UserId, change: Change, now: Time) -> ControlEntry {
        ControlEntry::new(user, change, now, &self.random)
    }

    /// Ends all sessions of a user but `except`. Their access tokens are refused first: an interrupted call leaves
    /// sessions whose list the user sees, and no token that works meanwhile. If no session is left, nothing is written,
    /// unless `is_always_listed`: one may have ended unlisted ([`Self::close`]).
    pub async fn close_all(
        &self,
        user: UserId,
        except: Option<SessionId>,
        is_always_listed: bool,
        now: Time,
    ) -> Result<(), dynamo::Error> {
        let mut sessions = self.sessions(user, now).await?;
        sessions.retain(|session| Some(session.id) != except);
        if sessions.is_empty() && !is_always_listed {
            return Ok(());
        }
        let entry = self.list_logout(user, except, now).await?;
        // One that was opened by a clock that is ahead is not before the entry.
        let (ended, ahead): (Vec<Session>, Vec<Session>) =
            sessions.into_iter().partition(|session| entry.ends(session.id));
        for session in ahead {
            self.close(user, session.id, now).await?;
        }
        let keys: Vec<Key> = ended.iter().map(Entity::key).collect();
        self.ephemeral.batch_delete(&keys, &self.random).await
    }

    /// Says in the control list that all sessions of a user but `except` have ended. The entry takes the place of the
    /// user's last one. It has a later key, so an instance that reads what is new finds it.
    async fn list_logout(
        &self,
        user: UserId,
        except: Option<SessionId>,
        now: Time,
    ) -> Result<ControlEntry, dynamo::Error> {
        let mut contention = Contention::new(&self.random);
        loop {
            let last: Option<ListedLogout> = self.ephemeral.get(&keys::listed_logout(user)).await?;
            let last = last.map(|last| last.listed);
            // A session that has ended by the last entry does not come back as the exception of this one.
            let except = except.filter(|session| last.as_ref().is_none_or(|last| !last.ends(*session)));
            let at = last.as_ref().map_or(now, |last| now.max(last.at));
            let entry = self.ended(user, Change::SessionsEnded { except }, at);
            let unchanged = match &last {
                Some(last) => Expression::new("listed.id = :id").text(":id", last.id),
                None => Expression::absent(),
            };
            let mut transaction = Transaction::new();
            let listed = ListedLogout { listed: entry.clone() };
            transaction.put_if(&self.ephemeral, &listed, &unchanged, dynamo::Error::ConditionFailed);
            if let Some(last) = last {
                transaction.delete(&self.ephemeral, &last.key());
            }
            transaction.put(&self.ephemeral, &entry);
            match transaction.run(&self.random).await {
                Err(dynamo::Error::ConditionFailed) if contention.wait().await => {}
                done => return done.map(|()| entry),
            }
        }
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
