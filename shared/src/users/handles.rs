//! Usernames on social networks. People paste `@name` or the URL of the profile, in any of the spellings that browsers
//! and apps have for it. The name is stored as written, and compared in lower case, as the networks do.

use std::str::FromStr;

use percent_encoding::percent_decode_str;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::text::{InvalidText, checked_text, refuse_hidden};

/// What remains of a pasted address or `@name`. Letters are composed (NFC): keyboards and file systems decompose some.
fn bare(text: &str, profiles: &[&str]) -> String {
    let text = text.trim();
    let address = after("https://", text).or_else(|| after("http://", text)).unwrap_or(text);
    let address = address.split_once('.').filter(|(label, _)| is_variant(label)).map_or(address, |(_, rest)| rest);
    let in_address = profiles.iter().find_map(|profile| after(profile, address));
    let name = in_address.map_or(text, |rest| rest.split(['?', '#', '/']).next().unwrap_or_default());
    // `%` is in no username, so nothing is decoded that was meant as it is.
    let name = percent_decode_str(name).decode_utf8().unwrap_or_else(|_| name.into());
    name.strip_prefix('@').unwrap_or(&name).nfc().collect()
}

/// What follows a beginning that is written in any case.
fn after<'a>(start: &str, text: &'a str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// Whether a host that begins with this label shows the same profiles: on the web, on phones, or in a country.
fn is_variant(label: &str) -> bool {
    let is_country = label.len() == 2 && label.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_country || ["www", "m", "mobile"].iter().any(|known| label.eq_ignore_ascii_case(known))
}

fn sized(name: &str, min: usize, max: usize, allowed: impl Fn(char) -> bool) -> bool {
    let count = name.chars().count();
    (min..=max).contains(&count) && name.chars().all(allowed)
}

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $profiles:expr, $message:literal, $example:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, examples($example))]
        pub struct $name(String);
        checked_text!($name);

        impl $name {
            /// The name as it is compared.
            pub fn folded(&self) -> String {
                self.0.to_lowercase()
            }
        }

        impl FromStr for $name {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let name = bare(text, &$profiles);
                let valid: fn(&str) -> bool = $valid;
                // Some invisible characters are letters.
                let is_sound = valid(&name) && refuse_hidden(&name).is_ok();
                if is_sound { Ok(Self(name)) } else { Err(InvalidText($message.into())) }
            }
        }
    };
}

handle!(
    /// Twitter (X) username: 1 to 15 letters, digits and `_`. A request may also send `@name` or the URL of the
    /// profile.
    TwitterUsername,
    ["twitter.com/", "x.com/"],
    "must be a Twitter username of 1 to 15 letters, digits and `_`",
    "asha_rao",
    |name| sized(name, 1, 15, |c| c.is_ascii_alphanumeric() || c == '_')
);
handle!(
    /// LinkedIn username: 3 to 100 letters, digits and `-`. A request may also send `@name` or the URL of the profile.
    LinkedinUsername,
    ["linkedin.com/in/", "linkedin.com/mwlite/in/"],
    "must be a LinkedIn username of 3 to 100 letters, digits and `-`",
    "asha-rao",
    |name| sized(name, 3, 100, |c| c.is_alphanumeric() || c == '-')
);
handle!(
    /// GitHub username: 1 to 39 letters, digits and single inner `-`. A request may also send `@name` or the URL of the
    /// profile.
    GithubUsername,
    ["github.com/"],
    "must be a GitHub username of 1 to 39 letters, digits and single inner `-`",
    "asharao",
    |name| {
        let hyphens_fit = !name.starts_with('-') && !name.ends_with('-') && !name.contains("--");
        sized(name, 1, 39, |c| c.is_ascii_alphanumeric() || c == '-') && hyphens_fit
    }
);
handle!(
    /// KGeN username: 2 to 32 letters, digits, `_`, `.` and `-`. A request may also send `@name` or the URL of the
    /// profile.
    KgenUsername,
    ["kgen.io/"],
    "must be a KGeN username of 2 to 32 letters, digits, `_`, `.` and `-`",
    "asha.plays",
    |name| sized(name, 2, 32, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn handle_pasted_in_any_form_is_the_bare_name() {
        for pasted in [
            "Asha_Rao",
            "@Asha_Rao",
            "https://x.com/Asha_Rao",
            "https://www.twitter.com/Asha_Rao/?lang=en",
            " x.com/@Asha_Rao ",
        ] {
            let handle: TwitterUsername = pasted.parse().unwrap();
            assert_eq!((handle.as_str(), handle.folded().as_str()), ("Asha_Rao", "asha_rao"), "{pasted}");
        }
        assert_eq!("https://www.linkedin.com/in/asha-rao/".parse::<LinkedinUsername>().unwrap().as_str(), "asha-rao");
    }

    #[test]
    fn address_of_a_profile_is_understood_in_every_spelling() {
        for (pasted, name) in [
            ("https://www.linkedin.com/in/jos%C3%A9-garc%C3%ADa-1/", "josé-garcía-1"),
            ("https://www.linkedin.com/in/jos%c3%a9-garc%c3%ada-1?trk=x", "josé-garcía-1"),
            ("jos%C3%A9-garc%C3%ADa-1", "josé-garcía-1"),
            ("jose\u{301}-1", "josé-1"),
            ("https://www.linkedin.com/in/jose%CC%81-1", "josé-1"),
            ("https://de.linkedin.com/in/asha-rao", "asha-rao"),
            ("UK.linkedin.com/in/asha-rao/en", "asha-rao"),
            ("HTTPS://WWW.LinkedIn.com/in/Asha-Rao", "Asha-Rao"),
            ("HTTP://LINKEDIN.COM/IN/ASHA-RAO", "ASHA-RAO"),
            ("https://m.linkedin.com/in/asha-rao", "asha-rao"),
            ("https://www.linkedin.com/mwlite/in/asha-rao", "asha-rao"),
        ] {
            assert_eq!(pasted.parse::<LinkedinUsername>().unwrap().as_str(), name, "{pasted}");
        }
        for pasted in ["https://X.com/asha_rao", "https://mobile.x.com/asha_rao", "m.twitter.com/%40asha_rao"] {
            assert_eq!(pasted.parse::<TwitterUsername>().unwrap().as_str(), "asha_rao", "{pasted}");
        }
        assert_eq!("https://GitHub.com/asharao".parse::<GithubUsername>().unwrap().as_str(), "asharao");
        assert_eq!("HTTPS://www.KGeN.io/asha.plays".parse::<KgenUsername>().unwrap().as_str(), "asha.plays");
        assert_eq!("in.asha".parse::<KgenUsername>().unwrap().as_str(), "in.asha", "a name that looks like a host");
        assert_eq!(LinkedinUsername("JOSÉ-1".to_owned()).folded(), "josé-1");
    }

    #[test]
    fn handle_against_the_networks_rules_is_refused() {
        for bad in
            ["", "@", "asha-rao", "abcdefghijklmnop", "https://example.org/asha", "a#b", "%FF", "a%2Fb", "evil.x.com/a"]
        {
            assert!(bad.parse::<TwitterUsername>().is_err(), "{bad:?}");
        }
        for bad in ["-a", "a-", "a--b", "a_b"] {
            assert!(bad.parse::<GithubUsername>().is_err(), "{bad:?}");
        }
        assert!("ab".parse::<LinkedinUsername>().is_err());
        assert!("a b".parse::<KgenUsername>().is_err());
    }

    proptest! {
        #[test]
        fn handle_parses_its_own_text(text: String) {
            if let Ok(handle) = text.parse::<TwitterUsername>() {
                prop_assert_eq!(handle.as_str().parse::<TwitterUsername>().unwrap(), handle);
            }
        }
    }
}
