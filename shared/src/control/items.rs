//! How entries of the control list are stored.

use super::keys;
use super::model::{ControlEntry, KEPT_SECONDS};
use crate::dynamo::{Entity, Key};

/// Export: none, because the profile and the sessions say the same, and are exported.
///
/// Erasure: none, because an entry expires after 17 minutes.
impl Entity for ControlEntry {
    const NAME: &'static str = "control";

    fn key(&self) -> Key {
        keys::entry(self.at, self.id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.at.plus_seconds(KEPT_SECONDS).seconds())
    }
}
