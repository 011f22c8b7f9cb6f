//! Standing: grants, bans, and logging out everywhere. Each change is in the profile and in the Telegram claim in one
//! transaction, with an entry of the control list.

use super::UserService;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::expected::Expected;
use crate::id::UserId;
use crate::text::Text;
use crate::time::Time;
use crate::users::error::UserError;
use crate::users::grants::{Grant, Grants, MAX_GRANTS};
use crate::users::model::User;
use crate::users::standing::{Ban, Kept};

impl UserService {
    /// Replaces a user's grants.
    pub async fn set_grants(&self, id: UserId, grants: Grants, expected: &Expected) -> Result<User, UserError> {
        if grants.len() > MAX_GRANTS {
            return Err(UserError::TooManyGrants);
        }
        self.change(id, expected, |user| user.standing.grants.clone_from(&grants)).await
    }

    /// Gives a user one grant more. A grant that the user has changes nothing.
    pub async fn grant(&self, actor: &Actor, id: UserId, grant: &Grant) -> Result<User, UserError> {
        let has_room = |grants: &Grants| grants.len() < MAX_GRANTS || grants.contains(grant);
        if !has_room(&self.get(id).await?.standing.grants) {
            return Err(UserError::TooManyGrants);
        }
        let give = |user: &mut User| {
            if has_room(&user.standing.grants) {
                user.standing.grants.insert(grant.clone());
            }
        };
        self.change_by(Some((actor, "user.grant")), id, &Expected::Any, give).await
    }

    /// Bans a user, until a time or for good. A ban replaces the one before.
    pub async fn ban(&self, id: UserId, until: Option<Time>, reason: Option<Text<500>>) -> Result<User, UserError> {
        let ban = Ban { since: self.clock.now(), until, reason };
        self.change(id, &Expected::Any, |user| user.standing.ban = Some(ban.clone())).await
    }

    /// Lifts a ban.
    pub async fn unban(&self, id: UserId) -> Result<User, UserError> {
        self.change(id, &Expected::Any, |user| user.standing.ban = None).await
    }

    /// Ends what the user logged in with before now, but for `kept`.
    pub async fn revoke_logins(&self, id: UserId, kept: &Kept) -> Result<User, UserError> {
        self.change(id, &Expected::Any, |user| user.standing.log_out(kept, self.clock.now())).await
    }

    /// What the audit has of a change of standing. The rest of a profile is personal.
    pub(super) fn entry(&self, actor: &Actor, action: &str, before: &User, after: &User) -> AuditEntry {
        let changes = Changes::between(Some(&before.standing), Some(&after.standing), &["grants"]);
        AuditEntry::new(actor, action, format!("users/{}", after.id), changes, self.clock.now(), &self.random)
    }
}
