//! The counts of requests, in the `ephemeral` table.

use crate::dynamo::{self, Key, Table};
use crate::platform::Platform;

/// Seconds that a count outlives its window, for the differences between clocks.
const LONGER: i64 = 60;

/// The requests of a caller to an endpoint in some time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'a> {
    pub(super) caller: &'a str,
    pub(super) endpoint: &'a str,
    /// Windows since 1970.
    pub(super) number: i64,
    /// When it ends, in seconds.
    pub(super) end: i64,
}

impl Window<'_> {
    /// A name that no other window has.
    pub(super) fn name(&self) -> String {
        self.key().to_string()
    }

    fn key(&self) -> Key {
        Key { pk: format!("RATE#{}", self.caller), sk: format!("{}#{}", self.endpoint, self.number) }
    }
}

/// Access to the counts.
#[derive(Clone, Debug)]
pub(super) struct CountRepository {
    ephemeral: Table,
}

impl CountRepository {
    /// On the table of this deployment.
    pub(super) fn new(platform: &Platform) -> Self {
        Self { ephemeral: platform.tables.table("ephemeral") }
    }

    /// Counts a request; answers how many there are.
    pub(super) async fn count(&self, window: &Window<'_>) -> Result<u64, dynamo::Error> {
        self.ephemeral.count(&window.key(), window.end + LONGER).await
    }

    /// The same in one short try.
    pub(super) async fn count_once(&self, window: &Window<'_>) -> Result<u64, dynamo::Error> {
        self.ephemeral.count_once(&window.key(), window.end + LONGER).await
    }
}
