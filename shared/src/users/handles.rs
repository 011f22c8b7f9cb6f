//! Usernames on social networks. People paste `@name` or the URL of the profile. The name is stored as written, and
//! compared in lower case, as the networks do.

use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::text::{InvalidText, checked_text};

/// What remains of a pasted address or `@name`.
fn bare<'a>(text: &'a str, hosts: &[&str]) -> &'a str {
    let text = text.trim();
    let without_scheme = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let address = without_scheme.strip_prefix("www.").unwrap_or(without_scheme);
    let in_address = hosts.iter().find_map(|host| address.strip_prefix(host));
    let name = in_address.map_or(text, |rest| rest.split(['?', '#', '/']).next().unwrap_or_default());
    name.strip_prefix('@').unwrap_or(name)
}

fn sized(name: &str, min: usize, max: usize, allowed: impl Fn(char) -> bool) -> bool {
    let count = name.chars().count();
    (min..=max).contains(&count) && name.chars().all(allowed)
}

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $hosts:expr, $message:literal, $example:literal, $valid:expr) => {
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
                let name = bare(text, &$hosts);
                let valid: fn(&str) -> bool = $valid;
                if valid(name) { Ok(Self(name.to_owned())) } else { Err(InvalidText($message.into())) }
            }
        }
    };
}

handle!(
    /// Twitter (X) username: 1 to 15 letters, digits and `_`. A request may also send `@name` or the URL of the
    /// profile.
    TwitterUsername,
    ["twitter.com/", "x.com/", "mobile.twitter.com/"],
    "must be a Twitter username of 1 to 15 letters, digits and `_`",
    "asha_rao",
    |name| sized(name, 1, 15, |c| c.is_ascii_alphanumeric() || c == '_')
);
handle!(
    /// LinkedIn username: 3 to 100 letters, digits and `-`. A request may also send `@name` or the URL of the profile.
    LinkedinUsername,
    ["linkedin.com/in/", "in.linkedin.com/in/"],
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
    fn handle_against_the_networks_rules_is_refused() {
        for bad in ["", "@", "asha-rao", "abcdefghijklmnop", "https://example.org/asha", "a#b"] {
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
