//! Principals, sessions and API keys.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rights::{Reach, Right, UsersRead};
use crate::id::{SessionId, UserId};
use crate::time::Time;
use crate::users::grants::{Grants, Resource};
use crate::users::model::Viewer;

crate::id!(
    /// An API key.
    ApiKeyId,
    "key"
);

/// A user who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedUser {
    /// The user.
    pub id: UserId,
    /// Grants of the user, as they are now.
    pub grants: Grants,
    /// What the request was authenticated with.
    pub credential: Credential,
}

impl AuthenticatedUser {
    /// Login session of the access token; `None` for a request with init data.
    pub const fn session(&self) -> Option<SessionId> {
        match self.credential {
            Credential::Session(session) => Some(session),
            Credential::InitData { .. } => None,
        }
    }
}

/// What a user's request was authenticated with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// An access token of this login session.
    Session(SessionId),
    /// Init data of the mini app.
    InitData {
        /// When Telegram signed it.
        signed_at: Time,
        /// SHA-256 of what Telegram signed, hex.
        fingerprint: String,
    },
}

/// An API key, or the admin token that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedKey {
    /// `bootstrap`, or the key's id.
    pub subject: String,
    /// Scopes. `*` means all scopes.
    pub scopes: BTreeSet<String>,
    /// Resources to which the scopes apply.
    pub resources: BTreeSet<Resource>,
}

/// The authenticated caller of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A user.
    User(AuthenticatedUser),
    /// An API key.
    Key(AuthenticatedKey),
}

impl Principal {
    /// A name for logs, limits and records: `usr_…`, `key_…` or `bootstrap`.
    pub fn name(&self) -> String {
        match self {
            Self::User(user) => user.id.to_string(),
            Self::Key(key) => key.subject.clone(),
        }
    }

    /// The id of the user; `None` for a key.
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user.id),
            Self::Key(_) => None,
        }
    }

    /// All that this principal may do more than an ordinary user: the grants of a user, the scopes and resources of a
    /// key.
    pub fn privileges(&self) -> BTreeSet<String> {
        match self {
            Self::User(user) => {
                user.grants.iter().map(|grant| format!("{} {}", grant.role.name(), grant.resource)).collect()
            }
            Self::Key(key) => key.scopes.iter().cloned().chain(key.resources.iter().map(Resource::to_string)).collect(),
        }
    }

    /// The resources on which this principal has the right `R`: by roles that have it, or by a key's scope.
    pub fn reach<R: Right>(&self) -> Reach {
        match self {
            Self::User(user) => {
                let granted = user.grants.iter().filter(|grant| R::INFO.is_of(grant.role));
                Reach::over(granted.map(|grant| grant.resource.clone()))
            }
            Self::Key(key) if key.scopes.contains("*") || key.scopes.contains(R::INFO.name) => {
                Reach::over(key.resources.iter().cloned())
            }
            Self::Key(_) => Reach::default(),
        }
    }

    /// Whether this principal has the right `R` on everything.
    pub fn may<R: Right>(&self) -> bool {
        self.reach::<R>().covers(&Resource::Everything)
    }

    /// Which profiles this principal can see.
    pub fn viewer(&self) -> Viewer {
        match self {
            _ if self.may::<UsersRead>() => Viewer::Admin,
            Self::User(user) => Viewer::User(user.id),
            Self::Key(_) => Viewer::Anonymous,
        }
    }
}

/// Lifetime of a login session without a refresh, in seconds: 30 days.
pub const SESSION_SECONDS: i64 = 30 * 24 * 3600;

/// Login session as it is stored. Only its last refresh token is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExportedLoginSession)]
pub struct Session {
    /// Id of the login session.
    pub id: SessionId,
    /// `User-Agent` of the login.
    pub user_agent: Option<String>,
    /// User who logged in.
    pub user_id: UserId,
    /// Number of refreshes.
    pub generation: u64,
    /// Time of the login.
    pub created_at: Time,
    /// Time of the last refresh.
    pub last_used_at: Time,
}

/// A credential of a program or a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Id, which is part of the key's text.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// Scopes. `*` means all scopes.
    pub scopes: BTreeSet<String>,
    /// Resources to which the scopes apply.
    #[serde(default = "everything")]
    pub resources: BTreeSet<Resource>,
    /// SHA-256 of the secret part, hex.
    pub hash: String,
    /// Time of creation.
    pub created_at: Time,
    /// Expiry time.
    pub valid_until: Option<Time>,
    /// Time of the revocation.
    pub revoked_at: Option<Time>,
    /// Time of the last use, to the minute.
    pub last_used_at: Option<Time>,
}

fn everything() -> BTreeSet<Resource> {
    BTreeSet::from([Resource::Everything])
}

impl ApiKey {
    /// Whether it may be used at `now`.
    pub fn is_valid(&self, now: Time) -> bool {
        self.revoked_at.is_none() && self.valid_until.is_none_or(|end| now < end)
    }
}
