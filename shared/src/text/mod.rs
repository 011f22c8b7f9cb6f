//! Text from outside, bounded by its type: a value that exists is valid, and serde refuses the rest with the field's
//! name.

mod fold;
mod link;
mod slug;
mod tag;
mod visible;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

pub use fold::{fold, words, words_to_index};
pub use link::has_link;
pub use slug::Slug;
pub use tag::{Tag, Tags};
pub(crate) use visible::shows_something;
pub use visible::{cleaned, without_hidden};
use visible::{ends_line, first_hidden};

/// Why a text was refused.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct InvalidText(pub Cow<'static, str>);

/// Implements reading and writing for a newtype over `String`. Its `FromStr` decides what is valid.
macro_rules! checked_text {
    ($name:ident) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text::parsed(deserializer)
            }
        }
    };
}
pub(crate) use checked_text;

/// What a text of one line must not have, as far as a pattern can say it: which characters are visible, it cannot.
macro_rules! refused {
    () => {
        r"\x00-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb"
    };
}

/// One line with a character that is no space.
const ONE_LINE: &str = concat!("^[^", refused!(), "]*[^\\s", refused!(), "][^", refused!(), "]*$");
/// The same with line breaks, which come as `\n` or as `\r\n`.
const LINES: &str = concat!("^([^", refused!(), "]|\\r?\\n)*[^\\s", refused!(), "]([^", refused!(), "]|\\r?\\n)*$");

/// Refuses a text with a hidden character: a name with one looks like another, and one may turn a line around.
pub(crate) fn refuse_hidden(text: &str) -> Result<(), InvalidText> {
    first_hidden(text).map_or(Ok(()), |hidden| {
        let code = u32::from(hidden);
        Err(InvalidText(format!("must not contain the invisible character U+{code:04X}. Remove it").into()))
    })
}

/// One line of 1 to `MAX` characters, without control characters, hidden characters and spaces at its ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Line<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(InvalidText("must not be empty".into())),
            count if count > MAX => Err(InvalidText(format!("must have at most {MAX} characters").into())),
            _ if !shows_something(text) => Err(InvalidText("must have a visible character".into())),
            _ if text.chars().any(ends_line) => Err(InvalidText("must not contain control characters".into())),
            _ => refuse_hidden(text).map(|()| Self(text.to_owned())),
        }
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Line<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

impl<const MAX: usize> PartialSchema for Line<MAX> {
    fn schema() -> RefOr<Schema> {
        let about = format!(
            "One line of 1 to {MAX} characters, one of them visible, without control characters, bidirectional overrides \
             and invisible characters. Joiners, variation selectors and directional marks are accepted. Spaces at its \
             ends are removed."
        );
        let object = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
        object.min_length(Some(1)).max_length(Some(MAX)).pattern(Some(ONE_LINE)).into()
    }
}

impl<const MAX: usize> ToSchema for Line<MAX> {
    fn name() -> Cow<'static, str> {
        format!("Line{MAX}").into()
    }
}

/// Text of 1 to `MAX` characters, without hidden characters and spaces at its ends. Line breaks are the only control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().replace("\r\n", "\n").replace(['\u{2028}', '\u{2029}'], "\n");
        match text.chars().count() {
            0 => Err(InvalidText("must not be empty".into())),
            count if count > MAX => Err(InvalidText(format!("must have at most {MAX} characters").into())),
            _ if !shows_something(&text) => Err(InvalidText("must have a visible character".into())),
            _ if text.chars().any(|c| c.is_control() && c != '\n') => {
                Err(InvalidText("must not contain control characters other than line breaks".into()))
            }
            _ => refuse_hidden(&text).map(|()| Self(text)),
        }
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

impl<const MAX: usize> PartialSchema for Text<MAX> {
    fn schema() -> RefOr<Schema> {
        let about = format!(
            "Text of 1 to {MAX} characters, one of them visible, without bidirectional overrides and invisible \
             characters. Joiners, variation selectors and directional marks are accepted. It may have line breaks. \
             Spaces at its ends are removed."
        );
        let object = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
        object.min_length(Some(1)).max_length(Some(MAX)).pattern(Some(LINES)).into()
    }
}

impl<const MAX: usize> ToSchema for Text<MAX> {
    fn name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }
}

/// Reads a string and parses it; the parser's message becomes serde's.
pub fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(deserializer: D) -> Result<T, D::Error> {
    Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// For a field that another system fills with what people typed there: hidden characters are left out, not refused.
pub fn from_elsewhere<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    cleaned(&Cow::<'de, str>::deserialize(deserializer)?).parse().map_err(serde::de::Error::custom)
}

/// For a field that may be absent and must not be `null`: `#[serde(default, deserialize_with = "not_null")]`.
pub fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For a set in a request: an item that is there twice is refused, as `uniqueItems` in the document says.
pub fn distinct<'de, D: Deserializer<'de>, T: Deserialize<'de> + Ord>(d: D) -> Result<BTreeSet<T>, D::Error> {
    let items = Vec::deserialize(d)?;
    let count = items.len();
    let set = BTreeSet::from_iter(items);
    if set.len() == count { Ok(set) } else { Err(serde::de::Error::custom("must have each item once")) }
}

/// [`distinct`] for a field that may be absent and must not be `null`.
pub fn distinct_not_null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Ord>(
    d: D,
) -> Result<Option<BTreeSet<T>>, D::Error> {
    distinct(d).map(Some)
}

/// Replaces a field by what a patch has for it, if anything.
pub fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_trimmed_and_bounded_in_characters() {
        assert_eq!("  नमस्ते ".parse::<Line<10>>().unwrap().as_str(), "नमस्ते");
        assert!("é".repeat(10).parse::<Line<10>>().is_ok());
        for bad in ["", "   ", "12345678901", "a\u{0}b", "a\nb", "a\u{2028}b", "\u{200b}", "\u{2060} \u{ad}"] {
            assert!(bad.parse::<Line<10>>().is_err(), "{bad:?}");
        }
        assert!("\u{200b}\n\u{feff}".parse::<Text<10>>().is_err());
    }
}
