//! A schedule that was read.

use super::problems::Problem;
use crate::agenda::model::{Content, Source};
use crate::speakers::person::Person;

/// A session of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedSession {
    /// The keys that the schedule has for it.
    pub source: Source,
    /// The content, without speakers: they are known once the people of the schedule are matched.
    pub content: Content,
    /// The people who speak, as positions in [`Schedule::people`].
    pub people: Vec<usize>,
}

/// A schedule that can be imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The sessions, in the order of the file.
    pub sessions: Vec<ParsedSession>,
    /// The people who speak, each once.
    pub people: Vec<Person>,
    /// The keys of sessions that are left out. The draft keeps these sessions as they are.
    pub left_out: Vec<Source>,
    /// Problems that do not stop an import.
    pub warnings: Vec<Problem>,
}
