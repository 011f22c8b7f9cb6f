//! Reads the links and attachments of a session.

use serde_json::Value;
use url::Url;

use super::problems::{Place, Problems};
use super::texts::{address, line};
use crate::agenda::model::{Link, MAX_LINKS};

/// The links of a list. A link is an object with a `url`, or the URL alone.
pub(super) fn links(value: Option<&Value>, base: Option<&Url>, place: &Place, problems: &mut Problems) -> Vec<Link> {
    let values = match value {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(values)) => values,
        Some(_) => {
            problems.odd(place, "must be a list of links", "It is ignored");
            return Vec::new();
        }
    };
    if values.len() > MAX_LINKS {
        problems.warning(place, format!("has more than {MAX_LINKS} links. The others are ignored"));
    }
    let mut links = Vec::new();
    for (position, value) in values.iter().enumerate().take(MAX_LINKS) {
        let place = place.element(position);
        let Some(url) = address(Some(value), base, &place, problems) else { continue };
        let title = line(value.get("title"), &place.field("title"), problems);
        let kind = line(value.get("type"), &place.field("type"), problems);
        links.push(Link { title, url, kind });
    }
    links
}
