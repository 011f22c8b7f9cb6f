//! How sessions and API keys are stored.

use serde::{Deserialize, Serialize};

use super::confirmation::Confirmation;
use super::keys;
use super::model::{ApiKey, SESSION_SECONDS, Session};
use crate::control::model::ControlEntry;
use crate::dynamo::{Entity, Key};
use crate::one_time_code::VALID_FOR;

/// Export: `sessions`.
///
/// Erasure: `auth` deletes it.
impl Entity for Session {
    const NAME: &'static str = "session";

    fn key(&self) -> Key {
        keys::session(self.user_id, self.id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.last_used_at.plus_seconds(SESSION_SECONDS).seconds())
    }
}

/// The last entry of the control list by which all sessions of a user have ended. The next one takes its place, so that
/// each user has one of them at most.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ListedLogout {
    pub(super) listed: ControlEntry,
}

/// Export: none, because it expires after 17 minutes.
///
/// Erasure: none, because it expires after 17 minutes.
impl Entity for ListedLogout {
    const NAME: &'static str = "listed_logout";

    fn key(&self) -> Key {
        keys::listed_logout(self.listed.user_id)
    }

    fn expires_at(&self) -> Option<i64> {
        self.listed.expires_at()
    }
}

/// Export: none, because it expires after 10 minutes.
///
/// Erasure: none, because it expires after 10 minutes.
impl Entity for Confirmation {
    const NAME: &'static str = "confirmation";

    fn key(&self) -> Key {
        keys::confirmation(self.user_id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.created_at.plus_seconds(VALID_FOR).seconds())
    }
}

/// Export: none, because the name is a thing's, not a person's.
///
/// Erasure: none, because the name is a thing's, not a person's.
impl Entity for ApiKey {
    const NAME: &'static str = "api_key";

    fn key(&self) -> Key {
        keys::api_key(self.id)
    }
}
