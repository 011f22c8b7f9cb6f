//! Principals, sessions and API keys.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::UserId;
use crate::time::Time;
use crate::users::model::{AccessRole, Viewer};

crate::id!(
    /// An API key.
    ApiKeyId,
    "key"
);

crate::id!(
    /// A login session.
    SessionId,
    "ses",
    "LoginSessionId"
);

/// A user who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedUser {
    /// The user.
    pub id: UserId,
    /// Access roles.
    pub access_roles: BTreeSet<AccessRole>,
    /// Login session of the access token; `None` for a request with init data.
    pub session: Option<SessionId>,
}

/// An API key, or the admin token that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedKey {
    /// `bootstrap`, or the key's id.
    pub subject: String,
    /// Scopes. `*` means all scopes.
    pub scopes: BTreeSet<String>,
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

    /// Whether an admin route that needs `scope` is open: to admins and organizers, and to keys with the scope.
    pub fn may(&self, scope: &str) -> bool {
        match self {
            Self::User(user) => {
                user.access_roles.contains(&AccessRole::Admin) || user.access_roles.contains(&AccessRole::Organizer)
            }
            Self::Key(key) => key.scopes.contains("*") || key.scopes.contains(scope),
        }
    }

    /// Whether a route of staff is open: to users with at least this role, and to keys with the scope.
    pub fn serves(&self, role: AccessRole, scope: &str) -> bool {
        match self {
            Self::User(user) => user.access_roles.iter().any(|given| *given >= role),
            Self::Key(key) => key.scopes.contains("*") || key.scopes.contains(scope),
        }
    }

    /// Which profiles this principal can see.
    pub fn viewer(&self) -> Viewer {
        match self {
            _ if self.may("users:read") => Viewer::Admin,
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

impl ApiKey {
    /// Whether it may be used at `now`.
    pub fn is_valid(&self, now: Time) -> bool {
        self.revoked_at.is_none() && self.valid_until.is_none_or(|end| now < end)
    }
}
