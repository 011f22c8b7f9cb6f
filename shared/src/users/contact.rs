//! How a person can be reached: values that cannot be built invalid.

use std::str::FromStr;

use email_address::Options;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::text::{InvalidText, checked_text, refuse_hidden};

/// Email address in lower case, at most 254 characters (RFC 5321 section 4.5.3.1.3), with its domain in ASCII
/// (`xn--…`). In a request, capitals, other letters of the domain, and spaces at its ends are accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "idn-email", max_length = 254, examples("asha@example.org"))]
pub struct EmailAddress(String);
checked_text!(EmailAddress);

impl FromStr for EmailAddress {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = with_ascii_domain(&text.trim().to_lowercase()).unwrap_or_default();
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        let valid = email_address::EmailAddress::parse_with_options(&address, options).is_ok();
        // Quoted local parts are legal, but nobody has one, and they confuse mail software.
        if valid && address.len() <= 254 && !address.contains('"') && refuse_hidden(&address).is_ok() {
            Ok(Self(address))
        } else {
            Err(InvalidText("must be an email address".into()))
        }
    }
}

impl EmailAddress {
    /// Whether one person reads the mail to both, as far as their texts say.
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.mailbox() == other.mailbox()
    }

    /// The address without what people add to it: a `+tag`, and for Gmail dots and the other name of its domain.
    pub fn mailbox(&self) -> Self {
        // A stored address may be spelled otherwise.
        let spelled = self.0.parse().unwrap_or_else(|_| self.clone());
        let Some((local, domain)) = spelled.0.rsplit_once('@') else { return spelled };
        let name = local.split('+').next().filter(|name| !name.is_empty()).unwrap_or(local);
        match domain {
            "gmail.com" | "googlemail.com" => Self(format!("{}@gmail.com", name.replace('.', ""))),
            _ => Self(format!("{name}@{domain}")),
        }
    }
}

/// Reads a stored address as it was written. What was derived from it is found by that text, also by a later version of
/// this code that would spell it otherwise.
pub fn as_written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EmailAddress>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(EmailAddress))
}

/// The address with the one spelling of its domain that mail servers know (RFC 5891); `None` if it is no domain.
fn with_ascii_domain(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    Some(format!("{local}@{}", idna::domain_to_ascii(domain).ok()?))
}

/// Phone number in E.164 format: `+` and 7 to 15 digits. Spaces, hyphens, dots and parentheses are removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = r"^\+[1-9][0-9]{6,14}$", examples("+919812345678"))]
pub struct PhoneNumber(String);
checked_text!(PhoneNumber);

impl FromStr for PhoneNumber {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number: String = text.trim().chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
        let digits = number.strip_prefix('+').unwrap_or_default();
        let fits = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
        if fits && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(number))
        } else {
            Err(InvalidText("must be a phone number with a calling code, such as `+919812345678`".into()))
        }
    }
}

/// Country code of two letters (ISO 3166-1), or calling code such as `+91`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = r"^([A-Z]{2}|\+[1-9][0-9]{0,3})$", examples("IN"))]
pub struct CountryCode(String);
checked_text!(CountryCode);

impl FromStr for CountryCode {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().to_uppercase();
        let letters = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        let calling = code.strip_prefix('+').is_some_and(|digits| {
            (1..=4).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
        });
        if letters || calling {
            Ok(Self(code))
        } else {
            Err(InvalidText("must be a country code such as `IN`, or a calling code such as `+91`".into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_of_a_mailbox_are_one() {
        for (address, mailbox) in [
            ("asha@example.org", "asha@example.org"),
            ("Asha+ibw+2@example.org", "asha@example.org"),
            ("a.sha@example.org", "a.sha@example.org"),
            ("A.s.ha+x@GMail.com", "asha@gmail.com"),
            ("asha@googlemail.com", "asha@gmail.com"),
            ("+x@example.org", "+x@example.org"),
        ] {
            assert_eq!(address.parse::<EmailAddress>().unwrap().mailbox().as_str(), mailbox, "{address}");
        }
    }

    #[test]
    fn email_is_lower_case_and_has_a_domain_with_a_dot() {
        assert_eq!(" Asha.Rao+ibw@Example.ORG ".parse::<EmailAddress>().unwrap().as_str(), "asha.rao+ibw@example.org");
        for bad in [
            "",
            "asha",
            "@example.org",
            "asha@localhost",
            "a b@example.org",
            "Asha <asha@example.org>",
            "asha@[127.0.0.1]",
            "a@b.org\r\nBcc: x@y.org",
            "\"a b\"@example.org",
            "asha\u{202e}@example.org",
            "as\u{200b}ha@example.org",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
        assert!(format!("asha@{}.org", "x".repeat(250)).parse::<EmailAddress>().is_err());
    }

    #[test]
    fn email_domain_is_one_in_all_its_spellings() {
        for spelling in
            ["Asha@Bücher.example", "asha@bu\u{308}cher.example", "asha@XN--bcher-kva.example", "asha@bücher。example"]
        {
            assert_eq!(spelling.parse::<EmailAddress>().unwrap().as_str(), "asha@xn--bcher-kva.example", "{spelling}");
        }
        assert_eq!("asha@उदाहरण.भारत".parse::<EmailAddress>().unwrap().as_str(), "asha@xn--p1b6ci4b4b3a.xn--h2brj9c");
        for bad in
            ["asha@xn--a.example", "asha@xn--.example", "asha@bü cher.example", &format!("a@{}.org", "ü".repeat(70))]
        {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn one_person_has_many_spellings_of_an_address() {
        let read = |text: &str| EmailAddress(text.to_owned());
        for (one, other) in [
            ("Asha@Example.org", "asha@example.org"),
            ("asha+ibw@example.org", "asha+tickets@example.org"),
            ("asha@bücher.example", "asha@xn--bcher-kva.example"),
            ("a.sha+x@gmail.com", "as.ha@googlemail.com"),
        ] {
            assert!(read(one).is_same_person(&read(other)), "{one} {other}");
        }
        for (one, other) in [
            ("asha@example.org", "tara@example.org"),
            ("asha@example.org", "asha@example.com"),
            ("a.sha@example.org", "asha@example.org"),
        ] {
            assert!(!read(one).is_same_person(&read(other)), "{one} {other}");
        }
    }

    #[test]
    fn phone_number_keeps_digits_only() {
        assert_eq!("+91 (98) 123-45.678".parse::<PhoneNumber>().unwrap().as_str(), "+919812345678");
        for bad in ["9812345678", "+0123456789", "+12", "+91981234567890123", "+91x8123456"] {
            assert!(bad.parse::<PhoneNumber>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn country_is_letters_or_calling_code() {
        assert_eq!("in".parse::<CountryCode>().unwrap().as_str(), "IN");
        assert_eq!("+91".parse::<CountryCode>().unwrap().as_str(), "+91");
        for bad in ["", "IND", "I1", "+", "+0", "+12345"] {
            assert!(bad.parse::<CountryCode>().is_err(), "{bad:?}");
        }
    }
}
