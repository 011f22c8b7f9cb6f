//! Addresses on the web, as far as we take them from outside.

use std::str::FromStr;

use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::text::{InvalidText, checked_text};

/// An `https` address on a named host, at most 500 characters.
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
            Err(InvalidText("must be an https address".into()))
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
}
