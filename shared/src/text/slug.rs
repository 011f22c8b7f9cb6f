//! URL slugs.

use std::str::FromStr;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{InvalidText, checked_text, fold};

/// URL slug, such as `ibw-2026`: 1 to 80 characters of `a-z`, `0-9` and `-`, without `-` at its ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);
checked_text!(Slug);

/// Characters of a slug.
const MAX_SLUG: usize = 80;

impl Slug {
    /// The slug of a title, or `fallback` if none of its letters can be part of a slug.
    pub fn of(title: &str, fallback: &str) -> Self {
        let mut slug = String::new();
        for word in fold(title).split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            if slug.len() + 1 + word.len() > MAX_SLUG {
                break;
            }
            let dash = if slug.is_empty() { "" } else { "-" };
            slug = slug + dash + word;
        }
        slug.parse().unwrap_or_else(|_| Self(fallback.to_owned()))
    }

    /// The slug with `-` and a suffix of `a-z0-9`, shortened to fit. For a slug that is already taken.
    #[must_use]
    pub fn with_suffix(&self, suffix: &str) -> Self {
        let room = MAX_SLUG.saturating_sub(suffix.len() + 1);
        let kept = self.0.get(..room).unwrap_or(&self.0).trim_end_matches('-');
        Self(format!("{kept}-{suffix}"))
    }
}

impl FromStr for Slug {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let inner = !text.starts_with('-') && !text.ends_with('-');
        let known = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if (1..=MAX_SLUG).contains(&text.len()) && inner && known {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText("must have 1 to 80 characters of a-z, 0-9 and `-`, without `-` at its ends".into()))
        }
    }
}

impl PartialSchema for Slug {
    fn schema() -> RefOr<Schema> {
        let pattern = "^[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?$";
        let about = "URL slug: 1 to 80 characters of `a-z`, `0-9` and `-`, without `-` at its ends.";
        let object = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
        object.pattern(Some(pattern)).examples(["ibw-2026"]).into()
    }
}

impl ToSchema for Slug {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_of_a_title_is_readable_and_always_one() {
        assert_eq!(Slug::of("Café Ölé: DeFi & Friends!", "evt").as_str(), "cafe-ole-defi-friends");
        assert_eq!(Slug::of("Łukasz Straße", "evt").as_str(), "lukasz-strasse");
        assert_eq!(Slug::of("नमस्ते", "evt-7").as_str(), "evt-7");
        assert!(Slug::of(&"word ".repeat(40), "evt").as_str().len() <= MAX_SLUG);
        let long: Slug = "x".repeat(80).parse().unwrap();
        assert_eq!(long.with_suffix("abc123").as_str(), format!("{}-abc123", "x".repeat(73)));
        assert_eq!(Slug::of("Café", "evt").with_suffix("7").as_str(), "cafe-7");
        for bad in ["", "-a", "a-", "A", "a b", "a#b", &"x".repeat(81)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
        }
    }
}
