//! What is wrong with a schedule, and where.

use std::fmt;

use serde_json::Value;

use crate::error::Detail;

/// Problems of a file that are told; whoever has more has to begin somewhere.
pub const MAX_PROBLEMS: usize = 100;

/// Something wrong with a schedule: a JSON path, and what it is.
pub type Problem = Detail;

/// A place in a file.
#[derive(Clone, Debug)]
pub(super) struct Place(String);

impl Place {
    /// The top.
    pub(super) const fn top() -> Self {
        Self(String::new())
    }

    /// A field of what is here: `a.b`, or `a["b c"]` where the name would not be read so.
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

/// All that is wrong with a file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// In the order of the file; whether each makes the file unusable.
    found: Vec<(bool, Problem)>,
    warnings: Vec<Problem>,
}

impl Problems {
    /// Something that makes the file unusable.
    pub(super) fn error(&mut self, place: &Place, message: impl Into<String>) {
        self.found.push((true, Problem { field: place.to_string(), message: message.into() }));
    }

    /// Something that could be helped.
    pub(super) fn warning(&mut self, place: &Place, message: impl Into<String>) {
        let problem = Problem { field: place.to_string(), message: message.into() };
        self.found.push((false, problem.clone()));
        self.warnings.push(problem);
    }

    /// Something that is against the format and harmless, as many programs write it so. It is told with the rest of a file that
    /// is refused, to whoever mends it.
    pub(super) fn deviation(&mut self, place: &Place, message: &str) {
        self.found.push((false, Problem { field: place.to_string(), message: message.to_owned() }));
    }

    /// Whether the file is unusable.
    pub(super) fn are_fatal(&self) -> bool {
        self.found.iter().any(|(is_error, _)| *is_error)
    }

    /// The warnings of a file that is usable, or all problems of one that is not, those that make it so first if they are many.
    pub(super) fn verdict(mut self) -> Result<Vec<Problem>, Vec<Problem>> {
        if !self.are_fatal() {
            self.warnings.truncate(MAX_PROBLEMS);
            return Ok(self.warnings);
        }
        if self.found.len() > MAX_PROBLEMS {
            self.found.sort_by_key(|(is_error, _)| !is_error);
            self.found.truncate(MAX_PROBLEMS);
        }
        Err(self.found.into_iter().map(|(_, problem)| problem).collect())
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
