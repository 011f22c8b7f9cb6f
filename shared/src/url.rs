//! URLs from outside.

use std::str::FromStr;

use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::text::{InvalidText, checked_text};

/// `https` URL with a domain name, at most 500 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uri", max_length = 500, examples("https://cdn.example.org/pog/asha.png"))]
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
        if https && text.len() <= 500 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText("must be an `https` URL with a domain name and at most 500 characters".into()))
        }
    }
}

/// `http` or `https` URL of a page, at most 1,000 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uri", max_length = 1000, examples("https://example.org/talk/G9JGWY/"))]
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
        if web && text.len() <= 1000 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText("must be an `http` or `https` URL of at most 1,000 characters".into()))
        }
    }
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
    fn page_is_of_the_web_and_without_password() {
        assert!("http://localhost/democon/talk/G9JGWY/".parse::<WebUrl>().is_ok());
        for bad in ["javascript:alert(1)", "ftp://example.org/", "/talk/1", "https://a:b@example.org", "https://"] {
            assert!(bad.parse::<WebUrl>().is_err(), "{bad:?}");
        }
    }
}
