//! The schedule JSON that pretalx and frab export, read and written.
//!
//! Exports differ by program and version, so reading is liberal in form (who is named how, how long is written how) and strict
//! where guessing would make the agenda wrong (a session without a time, two sessions of one GUID). It reads all of a file, and
//! says of each problem where it is.

mod problems;
mod read;
mod sessions;
#[cfg(test)]
mod tests;
mod texts;
mod times;
mod write;

pub use problems::{MAX_PROBLEMS, Problem};
pub use read::read;
pub use write::{Entry, write};

use super::model::{Content, Source};
use crate::speakers::import::Person;

/// A session of a schedule. Its content names no speakers yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// What the schedule knows it by.
    pub source: Source,
    /// What it is.
    pub content: Content,
    /// Who speaks: positions among the schedule's people.
    pub people: Vec<usize>,
}

/// A schedule that can be imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Its sessions.
    pub talks: Vec<Talk>,
    /// Those who speak, each once.
    pub people: Vec<Person>,
    /// What was not as expected, and could be helped.
    pub warnings: Vec<Problem>,
}
