//! How updates that were accepted and memberships are stored.

use serde::{Deserialize, Serialize};

use super::keys;
use super::model::Membership;
use crate::dynamo::{Entity, Key};

/// An update that was accepted.
#[derive(Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) update_id: i64,
    pub(super) expires_at: i64,
}

impl Entity for Seen {
    const NAME: &'static str = "seen_update";

    fn key(&self) -> Key {
        keys::seen(self.update_id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.expires_at)
    }
}

/// Export: `telegram_groups`.
///
/// Erasure: `telegram` deletes it. It is stored only for accounts that belong to a user.
impl Entity for Membership {
    const NAME: &'static str = "membership";

    fn key(&self) -> Key {
        keys::membership(self.telegram_id, self.chat_id)
    }
}
