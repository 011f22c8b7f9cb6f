//! The reads and writes of users. Claims and directory entries are derived from the profile. A save writes the
//! difference in the same transaction, so they are never stale. It deletes what the profile says was written, so a later
//! version of this code, which may derive something else, leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};

use super::contact::EmailAddress;
use super::derived::owned;
use super::error::UserError;
use super::items::Owner;
use super::keys;
use super::listing::{Listing, listings};
use super::mailbox::{AddressHashes, MailLimit, SENT, SENT_TO_USER, Suppression};
use super::member::Member;
use super::model::{Claim, Derived, Facet, Identity, User};
use super::start::Start;
use super::verification::EmailVerification;
use crate::audit::model::AuditEntry;
use crate::control::model::{Change, ControlEntry};
use crate::dynamo::{self, Entity, Expression, Key, OutboxMessage, Position, Query, Table, Transaction};
use crate::id::UserId;
use crate::one_time_code;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Time;
use crate::users::verification::VerificationId;

/// What every instance must know of a change of standing.
fn changes(before: &User, after: &User) -> Vec<Change> {
    let (before, after) = (&before.standing, &after.standing);
    let ban = match &after.ban {
        _ if before.ban == after.ban => None,
        Some(ban) => Some(Change::Banned { until: ban.until }),
        None => Some(Change::Unbanned),
    };
    let grants = (before.grants != after.grants).then_some(Change::Grants);
    ban.into_iter().chain(grants).collect()
}

/// Users in DynamoDB.
#[derive(Clone, Debug)]
pub struct UserRepository {
    users: Table,
    ephemeral: Table,
    /// It has tickets.
    conferences: Table,
    audit: Table,
    random: Random,
}

impl UserRepository {
    /// On the tables of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self {
            users: platform.tables.table("users"),
            ephemeral: platform.tables.table("ephemeral"),
            conferences: platform.tables.table("conferences"),
            audit: platform.tables.table("audit"),
            random: platform.random.clone(),
        }
    }

    /// The user with this id.
    pub async fn by_id(&self, id: UserId) -> Result<Option<User>, dynamo::Error> {
        let found: Option<User> = self.users.get(&keys::profile(id)).await?;
        Ok(found.filter(|user| !user.erased))
    }

    /// Who owns a Telegram account: one read.
    pub async fn identity(&self, telegram_id: i64) -> Result<Option<Identity>, dynamo::Error> {
        let owner: Option<Owner> = self.users.get(&keys::claim(&Claim::telegram(telegram_id))).await?;
        Ok(owner.map(|owner| Identity { user_id: owner.user_id, standing: owner.standing }))
    }

    /// The users who proved these addresses.
    pub async fn proved_by(
        &self,
        addresses: &BTreeSet<EmailAddress>,
    ) -> Result<BTreeMap<EmailAddress, UserId>, dynamo::Error> {
        let keys: Vec<Key> = addresses.iter().map(|address| keys::claim(&Claim::email(address))).collect();
        let owners: Vec<Owner> = self.users.batch_get(&keys, &self.random).await?;
        let owner_of = |address: &EmailAddress| {
            let claim = Claim::email(address);
            owners.iter().find(|owner| owner.claim == claim).map(|owner| (address.clone(), owner.user_id))
        };
        Ok(addresses.iter().filter_map(owner_of).collect())
    }

    /// Stores a new user; [`UserError::Taken`] when the Telegram account has one already.
    pub async fn create(&self, user: &User) -> Result<(), UserError> {
        self.write(None, user, Transaction::new()).await
    }

    /// Stores a changed user with the changes of claims and entries. `before` is what was read, and `user.version` must
    /// be one higher.
    pub async fn save(&self, before: &User, user: &User) -> Result<(), UserError> {
        self.write(Some(before), user, Transaction::new()).await
    }

    /// As [`Self::save`], with an entry in the audit.
    pub async fn save_audited(&self, before: &User, user: &User, entry: &AuditEntry) -> Result<(), UserError> {
        let mut transaction = Transaction::new();
        transaction.put_new(&self.audit, entry);
        self.write(Some(before), user, transaction).await
    }

    /// As [`Self::save`], and closes the verification that proved the address, unless it was closed or replaced
    /// meanwhile.
    pub async fn save_verified(
        &self,
        before: &User,
        user: &User,
        verification: VerificationId,
    ) -> Result<(), UserError> {
        let mut transaction = Transaction::new();
        let open = Expression::new("id = :id").text(":id", verification);
        transaction.delete_if(&self.ephemeral, &keys::verification(user.id), &open, UserError::EmailCodeExpired);
        self.write(Some(before), user, transaction).await
    }

    async fn write(
        &self,
        before: Option<&User>,
        user: &User,
        mut transaction: Transaction<UserError>,
    ) -> Result<(), UserError> {
        let condition = before.map_or_else(Expression::absent, |before| Expression::version(before.version));
        let (old_claims, new_claims) = (before.map(owned).unwrap_or_default(), owned(user));
        let (old_entries, new_entries) = (before.map(listings).unwrap_or_default(), listings(user));
        let (old, new) = (before.map(Derived::written).unwrap_or_default(), Derived::of(user));
        // Claims first: of several failed conditions the first decides, and a taken account says more than a lost race.
        let mine = || Expression::new("user_id = :me").text(":me", user.id);
        let is_new = |owner: &&Owner| !old_claims.contains(owner) || !old.claims.contains(&owner.claim);
        for owner in new_claims.iter().filter(is_new) {
            let free = Expression::new("attribute_not_exists(pk) OR user_id = :me").text(":me", user.id);
            let free = if before.is_none() { Expression::absent() } else { free };
            transaction.put_if(&self.users, owner, &free, UserError::Taken(owner.claim.clone()));
        }
        for claim in old.claims.iter().filter(|claim| !new.claims.contains(claim)) {
            transaction.delete_if(&self.users, &keys::claim(claim), &mine(), UserError::VersionConflict);
        }
        let entry_keys = old.entries.iter().filter(|key| !new.entries.contains(key));
        for sk in entry_keys {
            transaction.delete(&self.users, &Key { pk: keys::partition(user.id), sk: sk.clone() });
        }
        let is_new = |entry: &&Listing| !old_entries.contains(entry) || !old.entries.contains(&entry.key().sk);
        for entry in new_entries.iter().filter(is_new) {
            transaction.put(&self.users, entry);
        }
        let stored = User { derived: Some(new), ..user.clone() };
        transaction.put_if(&self.users, &stored, &condition, UserError::VersionConflict);
        match (before.and_then(Member::of), Member::of(user)) {
            (old, Some(new)) if old.as_ref() != Some(&new) => transaction.put(&self.users, &new),
            (Some(_), None) => transaction.delete(&self.users, &keys::member(user.id)),
            _ => {}
        }
        for change in before.map(|before| changes(before, user)).unwrap_or_default() {
            transaction.put(&self.ephemeral, &ControlEntry::new(user.id, change, user.updated_at, &self.random));
        }
        transaction.run(&self.random).await
    }

    /// Remembers a start parameter, the first time it is seen.
    pub async fn record_start(&self, start: &Start) -> Result<(), dynamo::Error> {
        dynamo::if_held(self.users.put(start, &Expression::absent()).await).map(|_| ())
    }

    /// The start parameters a user came with.
    pub async fn starts(&self, id: UserId) -> Result<Vec<Start>, dynamo::Error> {
        self.users.query_all(Query::table(&keys::partition(id)).prefix(keys::START)).await
    }

    /// Entries of one list of the directory that are also in the `others`, from one request. `read` limits the entries
    /// that are read before the filter.
    pub async fn list(
        &self,
        list: &Facet,
        others: &[Facet],
        read: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Listing>, dynamo::Error> {
        let mut query = Query::gsi1(&keys::list(list)).limit(read).after(after);
        query = match list {
            Facet::Word(prefix) => query.prefix(prefix),
            _ => query.backward(),
        };
        for (n, other) in others.iter().enumerate() {
            let value = format!(":other{n}");
            query = query.filter(match other {
                Facet::Word(word) => {
                    Expression::new(format!("contains(words, {value})")).text(&value, format!(" {word}"))
                }
                tag => Expression::new(format!("contains(facets, {value})")).text(&value, tag),
            });
        }
        self.users.query(query).await
    }

    /// These users, in no order: one request for up to 100.
    pub async fn by_ids(&self, ids: &[UserId]) -> Result<Vec<User>, dynamo::Error> {
        let keys: Vec<Key> = ids.iter().copied().map(keys::profile).collect();
        self.users.batch_get(&keys, &self.random).await
    }

    /// Whether a user has a claimed ticket of any conference, perhaps as it was a second ago.
    pub async fn has_ticket(&self, id: UserId) -> Result<bool, dynamo::Error> {
        let valid = Expression::new("tickets > :none").number(":none", 0);
        let query = Query::table(&keys::attendances(id)).filter(valid).eventual();
        Ok(self.conferences.number_of(query).await? > 0)
    }

    /// Members of one list, in the order of their ids, after one of them.
    pub async fn members(
        &self,
        shard: u8,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<dynamo::Page<Member>, dynamo::Error> {
        let after = after.map(|id| Position::of(&Member::placeholder(id)));
        // A list of 100,000 members reads only these attributes: the index keys alone would be half of the bytes.
        let query = Query::gsi1(&keys::members(shard)).project(Member::ATTRIBUTES);
        self.users.query(query.limit(limit).after(after)).await
    }

    /// The member entries of these users, in no order: one request for up to 100.
    pub async fn members_of(&self, ids: &[UserId]) -> Result<Vec<Member>, dynamo::Error> {
        let keys: Vec<Key> = ids.iter().copied().map(keys::member).collect();
        self.users.batch_get(&keys, &self.random).await
    }

    /// Opens a verification, in place of an open one, and the message that has it mailed; `user` is the profile with
    /// the address in it, when that changes too. It fails if too many codes went to the mailbox, or none may go to the
    /// address.
    pub async fn open_verification(
        &self,
        verification: &EmailVerification,
        message: &OutboxMessage,
        user: Option<(&User, &User)>,
        to: &AddressHashes,
    ) -> Result<(), UserError> {
        let (mut transaction, now) = (Transaction::new(), verification.created_at);
        let open = Expression::new("attribute_not_exists(pk) OR expires_at <= :now").number(":now", now.seconds());
        transaction.check(&self.ephemeral, &keys::suppression(&to.address), &open, UserError::EmailSuppressed);
        let mut count = |limit: &MailLimit, key: Key| {
            let full = UserError::EmailLimited { retry_after: limit.left(now) };
            let (one_more, room) = (Expression::one_hit(limit.kept_until(now)), Expression::fewer_hits(limit.count));
            transaction.update_if(&self.ephemeral, &key, &one_more, &room, full);
        };
        count(&SENT_TO_USER, keys::mail_count_of(&to.mailbox, &SENT_TO_USER, now, verification.user_id));
        SENT.iter().for_each(|limit| count(limit, keys::mail_count(&to.mailbox, limit, now)));
        transaction.put(&self.ephemeral, verification);
        transaction.put(&self.users, message);
        match user {
            Some((before, after)) => self.write(Some(before), after, transaction).await,
            None => transaction.run(&self.random).await,
        }
    }

    /// The open verification of a user.
    pub async fn verification(&self, id: UserId, now: Time) -> Result<Option<EmailVerification>, dynamo::Error> {
        self.ephemeral.get_live(&keys::verification(id), now).await
    }

    /// Counts a try; `None` when there is no verification, or no try left.
    pub async fn count_try(&self, id: UserId, now: Time) -> Result<Option<EmailVerification>, dynamo::Error> {
        one_time_code::count_try(&self.ephemeral, &keys::verification(id), now).await
    }

    /// Whether no mail goes to this address.
    pub async fn is_suppressed(&self, address: &str, now: Time) -> Result<bool, dynamo::Error> {
        let found: Option<Suppression> = self.ephemeral.get_live(&keys::suppression(address), now).await?;
        Ok(found.is_some())
    }

    /// Stops mail to an address, unless it is stopped for longer.
    pub async fn suppress(&self, suppression: &Suppression) -> Result<(), dynamo::Error> {
        let shorter = Expression::new("attribute_not_exists(pk) OR expires_at < :end");
        let shorter = shorter.number(":end", suppression.until.seconds());
        dynamo::if_held(self.ephemeral.put(suppression, &shorter).await).map(|_| ())
    }

    /// Users whose erasure is due.
    pub async fn erasures_due(&self, now: Time, limit: usize) -> Result<Vec<User>, dynamo::Error> {
        let query = Query::gsi1(keys::ERASURES).up_to(&keys::erasures_due(now)).limit(limit);
        Ok(self.users.query(query).await?.items)
    }

    /// Deletes all items of a user whose claims are gone, the profile last, so that the next run finds an interrupted
    /// erasure.
    pub async fn delete_all(&self, id: UserId) -> Result<(), dynamo::Error> {
        self.ephemeral.delete(&keys::verification(id), &Expression::default()).await?;
        let all = self.users.keys(&keys::partition(id)).await?;
        let (profile, rest): (Vec<Key>, Vec<Key>) = all.into_iter().partition(|key| *key == keys::profile(id));
        self.users.batch_delete(&rest, &self.random).await?;
        self.users.batch_delete(&profile, &self.random).await
    }
}
