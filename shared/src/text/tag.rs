//! Tags, by which users and other things are grouped and found.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{InvalidText, parsed};

/// Tag, such as `defi` or `zero-knowledge`: 1 to 40 characters of `a-z`, `0-9` and `-`, without `-` at its ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// A tag that the code names, in its one spelling.
    pub(crate) fn named(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = InvalidText;

    /// Accepts any case, and spaces or `_` for `-`, as people type tags in all these ways.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tag = text.trim().to_lowercase().replace([' ', '_'], "-");
        let fits = (1..=40).contains(&tag.len()) && !tag.starts_with('-') && !tag.ends_with('-');
        if fits && tag.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            Ok(Self(tag))
        } else {
            Err(InvalidText("must have 1 to 40 characters of a-z, 0-9 and `-`, without `-` at its ends".into()))
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

impl PartialSchema for Tag {
    fn schema() -> RefOr<Schema> {
        let pattern = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$";
        let about = "Tag: 1 to 40 characters of `a-z`, `0-9` and `-`, without `-` at its ends. In a request, capitals, \
                     spaces or `_` for `-`, and spaces at its ends are accepted: ` Zero Knowledge` is `zero-knowledge`.";
        let object = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
        object.pattern(Some(pattern)).examples(["defi"]).into()
    }
}

impl ToSchema for Tag {}

/// At most `MAX` tags. One that is there twice, perhaps in two spellings, is merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tags<const MAX: usize>(BTreeSet<Tag>);

impl<const MAX: usize> Tags<MAX> {
    /// The tags, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter()
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Tags<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tags = Vec::<Tag>::deserialize(deserializer)?;
        if tags.len() > MAX {
            return Err(serde::de::Error::custom(format!("must have at most {MAX} tags")));
        }
        Ok(Self(tags.into_iter().collect()))
    }
}

impl<const MAX: usize> PartialSchema for Tags<MAX> {
    fn schema() -> RefOr<Schema> {
        let about = format!("At most {MAX} tags. Spellings of one tag are merged.");
        let array = ArrayBuilder::new().items(Tag::schema()).description(Some(about));
        array.max_items(Some(MAX)).into()
    }
}

impl<const MAX: usize> ToSchema for Tags<MAX> {
    fn name() -> Cow<'static, str> {
        format!("Tags{MAX}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tag_has_one_spelling() {
        for spelling in ["zero-knowledge", "Zero Knowledge", " ZERO_KNOWLEDGE "] {
            assert_eq!(spelling.parse::<Tag>().unwrap().as_str(), "zero-knowledge");
        }
        for bad in ["", "-", "a#b", "ünder", &"x".repeat(41)] {
            assert!(bad.parse::<Tag>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn tags_merge_repetitions_and_refuse_too_many() {
        let tags: Tags<3> = serde_json::from_str(r#"["DeFi", "defi", "nft"]"#).unwrap();
        assert_eq!(tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["defi", "nft"]);
        assert!(serde_json::from_str::<Tags<2>>(r#"["a", "b", "c"]"#).is_err());
    }

    proptest! {
        #[test]
        fn tag_parses_its_own_text(text in "[A-Za-z0-9][A-Za-z0-9 _-]{0,20}[a-z]") {
            let tag: Tag = text.parse().unwrap();
            prop_assert_eq!(tag.as_str().parse::<Tag>().unwrap(), tag);
        }
    }
}
