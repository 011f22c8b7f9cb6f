//! The standing of a user: all that decides whether a request of theirs is accepted, and what it may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::grants::Grants;
use crate::text::Text;
use crate::time::Time;

/// Rights, ban and revoked logins of a user. The profile and the claim of the Telegram account hold the same standing,
/// so that authentication needs one read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Access roles, and on what. Given by admins.
    #[serde(default)]
    pub grants: Grants,
    /// The ban, also one that is over.
    #[serde(default)]
    pub ban: Option<Ban>,
    /// The last time that the user logged out everywhere.
    #[serde(default)]
    pub logged_out: Option<LoggedOut>,
}

impl Standing {
    /// Whether the user is banned at `now`.
    pub fn is_banned(&self, now: Time) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.until.is_none_or(|until| now < until))
    }

    /// Whether login data is refused, because the user logged out everywhere after Telegram had signed it.
    pub fn revokes(&self, signed_at: Time, fingerprint: &str) -> bool {
        self.logged_out.as_ref().is_some_and(|logged_out| {
            // Telegram's time is in whole seconds: what it signed in the second of the logout may be from after it.
            let is_older = signed_at.seconds() < logged_out.at.seconds();
            is_older && logged_out.except.as_deref() != Some(fingerprint)
        })
    }
}

/// A ban: the user's requests are refused, and nothing is sent to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UserBan)]
pub struct Ban {
    /// Time of the ban.
    pub since: Time,
    /// End of the ban. `null` means that it has no end.
    pub until: Option<Time>,
    /// Reason, for admins.
    pub reason: Option<Text<500>>,
}

/// A logout everywhere. Login data that Telegram signed before it is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedOut {
    /// Time of the logout.
    pub at: Time,
    /// Fingerprint of the login data that the logout was requested with, which stays valid.
    pub except: Option<String>,
}
