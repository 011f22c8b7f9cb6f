//! Finds what apps show as a link. Where it is unsure it finds one: a person looks at the text then.

/// Whether a text may have a link: an address, a domain or an account.
pub fn has_link(text: &str) -> bool {
    // Apps read full stops of other scripts as dots.
    let text = text.replace(['\u{3002}', '\u{ff0e}', '\u{ff61}'], ".");
    text.contains("://") || text.split(|c: char| c.is_whitespace() || ",;()[]{}<>\"'|".contains(c)).any(is_link)
}

fn is_link(word: &str) -> bool {
    let account = |(_, name): (&str, &str)| name.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    word.split_once('@').is_some_and(account) || word.split(['/', '?', '#', ':']).any(is_domain)
}

fn is_domain(text: &str) -> bool {
    let Some((name, top)) = text.trim_matches('.').rsplit_once('.') else { return false };
    let named = name.ends_with(char::is_alphanumeric);
    named && top.chars().count() > 1 && (top.chars().all(char::is_alphabetic) || top.starts_with("xn--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_and_addresses_are_none() {
        for link in [
            "Hall 5, https://evil.example",
            "evil.com",
            "Go to t.me/evil now",
            "(www.evil.com)",
            "see evil.com:8080/x",
            "evil\u{3002}com",
            "ask @evil_bot",
            "мир.рф",
            "tickets@evil.com",
            "x.xn--p1ai",
            "tg://resolve",
            "Hall.Evil.com.",
        ] {
            assert!(has_link(link), "{link}");
        }
        for place in [
            "Koramangala Social",
            "118, 80 Feet Road, Bengaluru",
            "St. Mark's Road 1.5 km from M. G. Road",
            "No.5, 2nd floor",
            "Hall 5 @ BIEC",
            "Gate 1: left",
            "A/B, C.",
        ] {
            assert!(!has_link(place), "{place}");
        }
    }
}
