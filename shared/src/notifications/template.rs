//! Templates: named messages that organisers write once and jobs and domains fill in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::content::Content;
use super::model::Category;
use crate::text::{InvalidText, Line, Tag, parsed};
use crate::time::Time;

/// The name of an argument: `hall`, `starts_at`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = "^[a-z][a-z0-9_]{0,39}$", examples("hall"))]
pub struct ArgumentName(String);

impl FromStr for ArgumentName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=40).contains(&text.len()) && text.starts_with(|c: char| c.is_ascii_lowercase());
        if fits && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText("must be a name like starts_at".into()))
        }
    }
}

impl fmt::Display for ArgumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ArgumentName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// What organisers write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What it is for, for organisers.
    #[serde(default)]
    pub description: Option<Line<200>>,
    /// What its messages are about.
    pub category: Category,
    /// The placeholders it may use, beside `first_name`.
    #[serde(default)]
    pub arguments: BTreeSet<ArgumentName>,
    /// What it says.
    pub content: Content,
}

impl Draft {
    pub fn argument_names(&self) -> BTreeSet<String> {
        self.arguments.iter().map(ArgumentName::to_string).collect()
    }
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Template {
    /// Its name, for good.
    pub name: Tag,
    /// What organisers wrote.
    #[serde(flatten)]
    pub draft: Draft,
    /// Rises by one with each change.
    pub version: u64,
    /// When it was written.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}
