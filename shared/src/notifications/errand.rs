//! Errands: steps over all rows of a job, one chunk after the other.

use serde::{Deserialize, Serialize};

/// A step over all rows of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// Publish a message for each chunk that is not done.
    Enqueue,
    /// Failed rows become pending.
    Retry,
    /// Pending rows become cancelled.
    Cancel,
}

/// The progress of an errand through a job's chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    pub errand: Errand,
    /// The job's version when it began: no two sweeps of a job have the same.
    pub since: u64,
    /// The number of the next chunk.
    pub next: u32,
}
