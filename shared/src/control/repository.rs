//! The read of the control list. Its entries are written by other domains, with their changes.

use super::keys;
use super::model::ControlEntry;
use crate::dynamo::{self, Query, Table};
use crate::platform::Platform;
use crate::time::Time;

/// The control list in DynamoDB.
#[derive(Clone, Debug)]
pub struct ControlRepository {
    ephemeral: Table,
}

impl ControlRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self { ephemeral: platform.tables.table("ephemeral") }
    }

    /// The entries from `at` on. They may lack those of the last second: the read is eventually consistent, as it is
    /// repeated soon.
    pub async fn since(&self, at: Time) -> Result<Vec<ControlEntry>, dynamo::Error> {
        let (first, last) = keys::since(at);
        self.ephemeral.query_all(Query::table(keys::PARTITION).between(&first, last).eventually()).await
    }
}
