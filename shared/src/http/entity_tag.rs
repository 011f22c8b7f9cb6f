//! Entity tags in the headers of requests (RFC 9110 section 8.8.3).

use axum::http::HeaderMap;
use axum::http::header::HeaderName;

/// Stands in a tag between the version and the digest of the content.
pub(super) const SEPARATOR: char = '-';

/// An entity tag in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EntityTag {
    /// Whether it says of two contents only that they mean the same.
    weak: bool,
    /// What is between the quotes.
    text: String,
}

impl EntityTag {
    /// The tags of a header with a list of them. A part of the list that is no tag matches nothing, so it is left out.
    pub(super) fn list(headers: &HeaderMap, name: &HeaderName) -> Vec<Self> {
        headers.get_all(name).iter().flat_map(|list| Self::parse(&String::from_utf8_lossy(list.as_bytes()))).collect()
    }

    fn parse(list: &str) -> Vec<Self> {
        let mut tags = Vec::new();
        let mut rest = list.trim_start_matches([' ', '\t', ',']);
        while !rest.is_empty() {
            let strong = rest.strip_prefix("W/").unwrap_or(rest);
            let quoted = strong.strip_prefix('"').and_then(|quoted| quoted.split_once('"'));
            let (text, after) = quoted.map_or((None, rest), |(text, after)| (Some(text), after));
            // Text after the closing quote makes the part another thing than the tag that it begins with.
            let (odd, next) = after.split_once(',').unwrap_or((after, ""));
            if let Some(text) = text.filter(|_| odd.trim().is_empty()) {
                tags.push(Self { weak: strong.len() < rest.len(), text: text.to_owned() });
            }
            rest = next.trim_start_matches([' ', '\t', ',']);
        }
        tags
    }

    /// Weak comparison (section 8.8.3.2), which decides whether a reader has the content already.
    pub(super) fn names(&self, tag: &str) -> bool {
        self.text == tag
    }

    /// The version that a strong tag of this API names; `None` for every other text, such as `01`. A digest does not
    /// matter: what it stands for is not what a change overwrites.
    pub(super) fn version(&self) -> Option<u64> {
        let (version, content) = self.text.split_once(SEPARATOR).unwrap_or((&self.text, ""));
        let number = version.parse().ok().filter(|number: &u64| number.to_string() == version)?;
        let is_digest = content.len() == 32 && content.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
        let is_ours = is_digest || !self.text.contains(SEPARATOR);
        (!self.weak && is_ours).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::IF_MATCH;

    use super::*;

    fn tags(lists: &[&'static str]) -> Vec<EntityTag> {
        let headers = lists.iter().map(|list| (IF_MATCH, HeaderValue::from_static(list))).collect();
        EntityTag::list(&headers, &IF_MATCH)
    }

    #[test]
    fn lists_of_tags_are_read_as_rfc_9110_writes_them() {
        let texts = |lists: &[&'static str]| tags(lists).into_iter().map(|tag| tag.text).collect::<Vec<_>>();
        assert_eq!(texts(&["\"1\""]), ["1"]);
        assert_eq!(texts(&["\"1\", W/\"2\" ,,\t\"a,b\",\"\""]), ["1", "2", "a,b", ""]);
        assert_eq!(texts(&["\"1\"", "\"2\", \"3\""]), ["1", "2", "3"]);
        assert_eq!(texts(&["1, \"2\"x, x\"3\", \"4\", \"5", "*", "w/\"6\""]), ["4"]);
        assert!(texts(&["", " , "]).is_empty());
    }

    #[test]
    fn a_version_is_named_by_its_own_text_only() {
        let versions = |list: &str| EntityTag::parse(list).iter().filter_map(EntityTag::version).collect::<Vec<_>>();
        let digest = "0123456789abcdef".repeat(2);
        let list = format!("\"‹é>\", \"1\", \"0\", \"18446744073709551615\", \"7-{digest}\"");
        assert_eq!(versions(&list), [1, 0, u64::MAX, 7]);
        assert!(versions(&format!("\"7-{}\", \"7-{digest}0\"", digest.to_uppercase())).is_empty());
        for other in ["01", "+1", "1 ", " 1", "1.0", "", "-", "1-", "-1", "1-zzzz", "6--", "18446744073709551616", "١"]
        {
            let tag = EntityTag { weak: false, text: other.to_owned() };
            assert_eq!(tag.version(), None, "{other:?}");
        }
        assert!(versions("W/\"1\"").is_empty(), "a weak tag names no version");
    }
}
