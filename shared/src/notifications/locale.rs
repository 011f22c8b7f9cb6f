//! Languages of messages, and which of them a recipient gets.

use std::borrow::Borrow;
use std::fmt;
use std::iter::successors;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::text::{InvalidText, parsed};

/// Most parts after the language: a script and a region.
const MAX_PARTS: usize = 2;

/// A language, such as `en`, `pt-br` or `zh-hans-cn`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = NotificationLocale, value_type = String, pattern = "^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$", examples("en"))]
pub struct Locale(String);

impl FromStr for Locale {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = spelled(text);
        let mut parts = text.split('-');
        let language = parts.next().unwrap_or_default();
        let fits = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
        let is_part = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        if fits && parts.clone().count() <= MAX_PARTS && parts.all(is_part) {
            Ok(Self(text))
        } else {
            Err(InvalidText("must be a language such as en, pt-br or zh-hans-cn".into()))
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Locale {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// A language of a recipient and what it falls back to, part by part: `zh-hans-cn`, `zh-hans`, `zh` (RFC 4647, section
/// 3.4).
pub fn fallbacks(language: &str) -> impl Iterator<Item = String> + use<> {
    successors(Some(spelled(language)), |tag| tag.rsplit_once('-').map(|(shorter, _)| shorter.to_owned()))
}

fn spelled(language: &str) -> String {
    language.trim().to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locale_has_a_language_and_at_most_two_parts_more() {
        for (text, expected) in [(" PT_br ", "pt-br"), ("zh-Hans-CN", "zh-hans-cn"), ("en", "en"), ("es-419", "es-419")]
        {
            assert_eq!(text.parse::<Locale>().unwrap().to_string(), expected);
        }
        for bad in ["", "e", "english!", "en-", "en-x", "en--us", "sl-latn-it-nedis", "12"] {
            assert!(bad.parse::<Locale>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn language_falls_back_part_by_part() {
        assert_eq!(fallbacks("zh-Hans-CN").collect::<Vec<_>>(), ["zh-hans-cn", "zh-hans", "zh"]);
        assert_eq!(fallbacks("pt_BR").collect::<Vec<_>>(), ["pt-br", "pt"]);
    }
}
