//! Configuration: read once at start from the environment and one secret ([`crate::clients::secrets`]), every problem
//! reported together, by name.
//!
//! A function reads only the parts it needs, so that what it may know is what its `main.rs` says. The variables are
//! listed in `docs/OPERATIONS.md`.

mod http;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

pub use http::HttpConfig;

/// Text that must not be logged: prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}

/// All that is wrong with the configuration.
#[derive(Debug, Error)]
#[error("configuration: {}", .0.join("; "))]
pub struct ConfigError(pub Vec<String>);

/// The variables of this process, and what was found wrong with them so far.
#[derive(Debug, Default)]
pub struct Env {
    variables: HashMap<String, Secret>,
    problems: Vec<String>,
    asked: BTreeSet<String>,
}

impl Env {
    /// The process's environment.
    pub fn of_process() -> Self {
        Self::of(std::env::vars())
    }

    /// These variables only, for tests and tools.
    pub fn of<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), Secret::new(value.into()))).collect();
        Self { variables, ..Self::default() }
    }

    /// Adds variables that the environment lacks: what it has wins.
    pub fn supply(&mut self, variables: HashMap<String, String>) {
        for (name, value) in variables {
            self.variables.entry(name).or_insert(Secret(value));
        }
    }

    /// The names of the variables that were asked for so far. A test holds template and documents against them.
    pub fn asked(&self) -> &BTreeSet<String> {
        &self.asked
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.asked.insert(name.to_owned());
        self.variables.get(name).map(|value| value.expose().trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Notes that a variable is wrong.
    pub fn problem(&mut self, name: &str, reason: impl fmt::Display) {
        self.problems.push(format!("{name}: {reason}"));
    }

    /// A variable that may be missing.
    pub fn optional<T: FromStr<Err: fmt::Display>>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(name, error);
                None
            }
        }
    }

    /// A variable that must be there; `fallback` only keeps the reading going until [`Env::finish`] reports.
    pub fn required<T: FromStr<Err: fmt::Display>>(&mut self, name: &str, fallback: T) -> T {
        if self.text(name).is_none() {
            self.problem(name, "is missing");
        }
        self.optional(name).unwrap_or(fallback)
    }

    /// A list separated by commas; empty when missing.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// A key of at least 32 bytes (RFC 2104 section 3: shorter than the hash's output weakens HMAC-SHA256).
    pub fn key(&mut self, name: &str) -> Secret {
        let key = self.required(name, Secret::new(""));
        if self.text(name).is_some() && key.expose().len() < 32 {
            self.problem(name, "must have at least 32 bytes");
        }
        key
    }

    /// Ends the reading: every problem at once, or the parts that were read.
    pub fn finish<T>(self, parts: T) -> Result<T, ConfigError> {
        if self.problems.is_empty() { Ok(parts) } else { Err(ConfigError(self.problems)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn env_with_several_problems_reports_all_by_name() {
        let mut env = Env::of([("PORT", "eighty"), ("SIGNING_KEY", "short")]);
        env.required("PORT", 0u16);
        env.required("TABLE_PREFIX", String::new());
        env.key("SIGNING_KEY");
        let message = env.finish(()).unwrap_err().to_string();
        for name in ["PORT", "TABLE_PREFIX: is missing", "SIGNING_KEY: must have at least 32 bytes"] {
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn env_never_prints_values() {
        let env = Env::of([("ADMIN_API_KEY", "hunter2")]);
        assert!(!format!("{env:?}").contains("hunter2"));
    }
}
