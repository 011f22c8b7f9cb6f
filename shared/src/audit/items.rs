//! How audit entries are stored.

use super::keys;
use super::model::AuditEntry;
use crate::dynamo::{Entity, Key};

// An entry has no personal value, and stays when its actor is erased: the id then leads to nobody.
impl Entity for AuditEntry {
    const NAME: &'static str = "audit";

    fn key(&self) -> Key {
        keys::entry(self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let id = self.id.to_string();
        vec![
            ("gsi1pk", keys::of_actor(&self.actor)),
            ("gsi1sk", id.clone()),
            ("gsi2pk", keys::of_object(&self.object)),
            ("gsi2sk", id),
        ]
    }
}
