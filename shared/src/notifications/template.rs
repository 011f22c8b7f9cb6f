//! Templates: named messages that organisers write once, and that jobs and other domains fill in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::content::Content;
use super::model::Category;
use crate::text::{InvalidText, Line, Tag, distinct, parsed};
use crate::time::Time;

/// The name of an argument, such as `hall` or `starts_at`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = NotificationArgumentName, value_type = String, pattern = "^[a-z][a-z0-9_]{0,39}$", examples("hall"))]
pub struct ArgumentName(String);

impl FromStr for ArgumentName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=40).contains(&text.len()) && text.starts_with(|c: char| c.is_ascii_lowercase());
        if fits && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText("must be a name such as starts_at: 1 to 40 of a-z, 0-9 and _, the first a letter".into()))
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

/// The parts of a template that organisers write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationTemplateDraft, example = json!({
    "description": "A talk moves to another hall.",
    "category": "agenda",
    "arguments": ["talk", "hall"],
    "content": {
        "default_locale": "en",
        "locales": {"en": {"title": "New hall", "body": "Hi {first_name}, <b>{talk}</b> is now in {hall}."}},
    },
}))]
pub struct Draft {
    /// What the template is for. Only organisers see it.
    #[serde(default)]
    pub description: Option<Line<200>>,
    /// The category of the messages.
    pub category: Category,
    /// Names of the placeholders, besides `first_name`.
    #[serde(default, deserialize_with = "distinct")]
    pub arguments: BTreeSet<ArgumentName>,
    /// The message, by language.
    pub content: Content,
}

impl Draft {
    pub fn argument_names(&self) -> BTreeSet<String> {
        self.arguments.iter().map(ArgumentName::to_string).collect()
    }
}

/// A message template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NotificationTemplate)]
pub struct Template {
    /// Unique name. It cannot be changed.
    pub name: Tag,
    #[serde(flatten)]
    pub draft: Draft,
    /// Version. It increases by one with each change; send it as `If-Match`.
    pub version: u64,
    /// Creation time.
    pub created_at: Time,
    /// Time of the last change.
    pub updated_at: Time,
}
