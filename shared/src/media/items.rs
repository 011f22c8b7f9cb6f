//! How uploads are stored.

use super::keys;
use super::model::Media;
use crate::dynamo::{Entity, Key};

/// Export: `media`.
///
/// Erasure: `media` deletes it.
impl Entity for Media {
    const NAME: &'static str = "media";

    fn key(&self) -> Key {
        keys::media(self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let mut keys = vec![("gsi2pk", keys::owned(&self.owner)), ("gsi2sk", self.id.to_string())];
        if let Some(at) = self.sweep_at {
            keys.extend([("gsi1pk", keys::SWEEP.to_owned()), ("gsi1sk", keys::sweep(at, self.id))]);
        }
        keys
    }
}
