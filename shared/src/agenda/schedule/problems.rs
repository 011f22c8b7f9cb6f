//! The problems of a schedule, and their places.

use std::fmt;

use serde_json::Value;

use crate::error::Detail;

/// Problems of a file that are reported. A file with more has usually the same few problems in every session.
const MAX_PROBLEMS: usize = 100;

/// A problem of a schedule, with its JSON path.
pub type Problem = Detail;

/// A JSON path in a file.
#[derive(Clone, Debug)]
pub(super) struct Place(String);

impl Place {
    /// The file itself.
    pub(super) const fn top() -> Self {
        Self(String::new())
    }

    /// A field of the object that is here: `a.b`, or `a["b.c"]` if the name has signs of a path.
    pub(super) fn field(&self, name: &str) -> Self {
        let plain = !name.is_empty() && !name.contains(['.', '[', ']', '"']);
        let name = if plain { name.to_owned() } else { format!("[{}]", Value::from(name)) };
        let dot = if self.0.is_empty() || !plain { "" } else { "." };
        Self(format!("{}{dot}{name}", self.0))
    }

    /// An element of the list that is here.
    pub(super) fn element(&self, position: usize) -> Self {
        Self(format!("{}[{position}]", self.0))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A problem, and whether the file can be imported with it.
#[derive(Clone, Debug)]
struct Found {
    severity: Severity,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    /// The file cannot be imported.
    Error,
    /// The file is imported, but not all of an entry.
    Odd,
    /// The file is imported, with a correction that its author should know of.
    Warning,
    /// The file is against the format in a way that many programs are. The author of a refused file may want to know.
    Deviation,
}

/// All problems of a file, in its order.
#[derive(Debug)]
pub(super) struct Problems {
    strict: bool,
    found: Vec<Found>,
}

impl Problems {
    /// None yet. If `strict`, one odd entry makes the import impossible.
    pub(super) const fn new(strict: bool) -> Self {
        Self { strict, found: Vec::new() }
    }

    /// Adds a problem that makes the import impossible.
    pub(super) fn error(&mut self, place: &Place, message: impl Into<String>) {
        self.add(Severity::Error, place, message.into());
    }

    /// Adds a problem of one entry. `remedy` says how it is imported, unless the import is strict.
    pub(super) fn odd(&mut self, place: &Place, message: &str, remedy: &str) {
        if self.strict {
            self.error(place, message);
        } else {
            self.add(Severity::Odd, place, format!("{message}. {remedy}"));
        }
    }

    /// Adds a problem that was corrected.
    pub(super) fn warning(&mut self, place: &Place, message: impl Into<String>) {
        self.add(Severity::Warning, place, message.into());
    }

    /// Adds a harmless deviation from the format. It is reported only if the file is refused.
    pub(super) fn deviation(&mut self, place: &Place, message: &str) {
        self.add(Severity::Deviation, place, message.to_owned());
    }

    fn add(&mut self, severity: Severity, place: &Place, message: String) {
        self.found.push(Found { severity, problem: Problem { field: place.to_string(), message } });
    }

    /// Whether there is an error.
    pub(super) fn are_fatal(&self) -> bool {
        self.found.iter().any(|found| found.severity == Severity::Error)
    }

    /// The warnings of a file that can be imported, or all problems of a file that cannot. If they are too many, the
    /// gravest are first.
    pub(super) fn verdict(mut self) -> Result<Vec<Problem>, Vec<Problem>> {
        let is_refused = self.are_fatal();
        if !is_refused {
            self.found.retain(|found| found.severity != Severity::Deviation);
        }
        if self.found.len() > MAX_PROBLEMS {
            self.found.sort_by_key(|found| found.severity);
        }
        let problems = self.found.into_iter().map(|found| found.problem).take(MAX_PROBLEMS).collect();
        if is_refused { Err(problems) } else { Ok(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_json_paths() {
        let rooms = Place::top().field("schedule").field("days").element(0).field("rooms");
        assert_eq!(rooms.field("Gray Room").element(2).to_string(), "schedule.days[0].rooms.Gray Room[2]");
        assert_eq!(rooms.field("1.OG \"Süd\"").to_string(), "schedule.days[0].rooms[\"1.OG \\\"Süd\\\"\"]");
    }
}
