//! How conferences are stored.

use super::keys;
use super::model::Conference;
use crate::dynamo::{Entity, Key};

/// Export: none, because the name is a thing's, not a person's.
///
/// Erasure: none, because the name is a thing's, not a person's.
impl Entity for Conference {
    const NAME: &'static str = "conference";

    fn key(&self) -> Key {
        keys::conference(&self.slug)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::CONFERENCES.to_owned()), ("gsi1sk", keys::place(self.start_date, &self.slug))]
    }
}
