//! URLs from outside.

use std::str::FromStr;

use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::text::{InvalidText, checked_text};

/// `https` URL with a domain name, at most 500 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uri", pattern = "^[Hh][Tt][Tt][Pp][Ss]://", max_length = 500, examples("https://cdn.example.org/pog/asha.png"))]
pub struct HttpsUrl(String);
checked_text!(HttpsUrl);

impl FromStr for HttpsUrl {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let https = text.parse::<Uri>().is_ok_and(|uri| {
            let plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
            uri.scheme_str() == Some("https") && plain && uri.host().is_some_and(|host| host.contains('.'))
        });
        let text = encoded(text);
        if https && has_sound_host(&text) && text.len() <= 500 {
            Ok(Self(text))
        } else {
            Err(InvalidText("must be an `https` URL with a domain name and at most 500 characters".into()))
        }
    }
}

/// `http` or `https` URL of a page, at most 1,000 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uri", pattern = "^[Hh][Tt][Tt][Pp][Ss]?://", max_length = 1000, examples("https://example.org/talk/G9JGWY/"))]
pub struct WebUrl(String);
checked_text!(WebUrl);

impl FromStr for WebUrl {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let web = text.parse::<Uri>().is_ok_and(|uri| {
            let plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
            matches!(uri.scheme_str(), Some("http" | "https"))
                && plain
                && uri.host().is_some_and(|host| !host.is_empty())
        });
        let text = encoded(text);
        if web && has_sound_host(&text) && text.len() <= 1000 {
            Ok(Self(text))
        } else {
            Err(InvalidText("must be an `http` or `https` URL of at most 1,000 characters".into()))
        }
    }
}

/// Whether the host is a name or an address, and the port a number. `Uri` takes some that are none, such as `[]`.
fn has_sound_host(url: &str) -> bool {
    ::url::Url::parse(url).is_ok()
}

/// The URL with each character percent-encoded that RFC 3986 has no place for, as browsers show some of them decoded.
/// Programs of others refuse the whole answer for a URL that is none.
fn encoded(url: &str) -> String {
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    let fragment = url.find('#').unwrap_or(url.len());
    let bytes = url.as_bytes();
    let is_escape = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    let mut text = String::with_capacity(url.len());
    for (at, byte) in url.bytes().enumerate() {
        let has_place = match byte {
            b'%' => is_escape(at),
            b'#' => at == fragment,
            b'[' | b']' => at < path,
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if has_place {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_is_https_on_a_named_host_without_password() {
        assert!("https://cdn.example.org/a.png?x=1".parse::<HttpsUrl>().is_ok());
        for bad in [
            "http://example.org",
            "javascript:alert(1)",
            "https://localhost/",
            "https://a:b@example.org",
            "//example.org",
        ] {
            assert!(bad.parse::<HttpsUrl>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn characters_without_a_place_in_a_url_are_encoded() {
        for (url, expected) in [
            ("https://example.org/a%20b?x=[1]#y", "https://example.org/a%20b?x=%5B1%5D#y"),
            ("https://example.org/नम{a}", "https://example.org/%E0%A4%A8%E0%A4%AE%7Ba%7D"),
            ("HTTPS://example.org/100%#a#b", "HTTPS://example.org/100%25#a%23b"),
        ] {
            assert_eq!(url.parse::<HttpsUrl>().unwrap().as_str(), expected);
        }
        assert_eq!("http://[::1]:80/".parse::<WebUrl>().unwrap().as_str(), "http://[::1]:80/");
        assert!("http://[]/".parse::<WebUrl>().is_err());
        assert!(
            format!("https://example.org/{}", "é".repeat(100)).parse::<HttpsUrl>().is_err(),
            "too long, as encoded"
        );
    }

    #[test]
    fn page_is_of_the_web_and_without_password() {
        assert!("http://localhost/democon/talk/G9JGWY/".parse::<WebUrl>().is_ok());
        for bad in ["javascript:alert(1)", "ftp://example.org/", "/talk/1", "https://a:b@example.org", "https://"] {
            assert!(bad.parse::<WebUrl>().is_err(), "{bad:?}");
        }
    }
}
