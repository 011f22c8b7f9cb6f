//! How the tokens of calendars are stored: by token, and by user.

use super::keys;
use super::model::{Access, Grant};
use crate::dynamo::{Entity, Key};

/// Export: none, because it is the hash of a secret. The export says since when there is one.
///
/// Erasure: `calendar` deletes it.
impl Entity for Grant {
    const NAME: &'static str = "calendar_token";

    fn key(&self) -> Key {
        keys::token(&self.hash)
    }
}

/// Export: `plan`.
///
/// Erasure: `calendar` deletes it.
impl Entity for Access {
    const NAME: &'static str = "calendar";

    fn key(&self) -> Key {
        keys::calendar(self.user_id)
    }
}
