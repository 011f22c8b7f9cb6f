//! Principals, sessions and API keys.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{ApiKeyId, SessionId, UserId};
use crate::time::Time;
use crate::users::model::{AccessRole, Viewer};

/// A user who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedUser {
    /// Who.
    pub id: UserId,
    /// What they may do beyond attending.
    pub access_roles: BTreeSet<AccessRole>,
    /// The session of the access token; requests signed by Telegram itself have none.
    pub session: Option<SessionId>,
}

/// An API key, or the admin token that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedKey {
    /// `bootstrap`, or the key's id.
    pub subject: String,
    /// What it may do; `*` is everything.
    pub scopes: BTreeSet<String>,
}

/// Whoever makes a request and has proved it.
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

    /// How much of other people this principal sees.
    pub fn viewer(&self) -> Viewer {
        match self {
            _ if self.may("users:read") => Viewer::Admin,
            Self::User(user) => Viewer::User(user.id),
            Self::Key(_) => Viewer::Anonymous,
        }
    }
}

/// How long a session lives without being refreshed, in seconds: 30 days.
pub const SESSION_SECONDS: i64 = 30 * 24 * 3600;

/// A login on one device: a family of refresh tokens, of which the last is good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The `User-Agent` at login, as far as it was sent.
    pub user_agent: Option<String>,
    /// Whose it is.
    pub user_id: UserId,
    /// How often it was refreshed.
    pub generation: u64,
    /// When the login was.
    pub created_at: Time,
    /// When it was last refreshed.
    pub last_used_at: Time,
}

/// A key that another program, or a first admin, uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id, which is part of the key.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// SHA-256 of the secret part, hex.
    pub hash: String,
    /// When it was made.
    pub created_at: Time,
    /// From when on it is refused.
    pub valid_until: Option<Time>,
    /// Since when it is refused.
    pub revoked_at: Option<Time>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Time>,
}

impl ApiKey {
    /// Whether it may be used at `now`.
    pub fn is_valid(&self, now: Time) -> bool {
        self.revoked_at.is_none() && self.valid_until.is_none_or(|end| now < end)
    }
}
