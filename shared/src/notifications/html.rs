//! Telegram's HTML: which texts Telegram parses, how arguments are escaped, and the text without tags.
//!
//! Source: <https://core.telegram.org/bots/api#html-style>. Telegram refuses a text that it cannot parse at every
//! single send, so the text is refused here, when a template is written.

/// Tags without attributes that Telegram knows.
const TAGS: [&str; 13] =
    ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler"];

/// Text escaped for use between tags or in an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The problem of a text that Telegram would not parse.
pub fn check(html: &str) -> Result<(), &'static str> {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let (mark, after) = rest[at..].split_at(1);
        rest = match mark {
            "<" => {
                let (tag, after) = after.split_once('>').ok_or("has a tag that does not end; write &lt; for <")?;
                step(tag, &mut open)?;
                after
            }
            "&" => {
                let (entity, after) = after.split_once(';').ok_or("has a bare &; write &amp;")?;
                character(entity).ok_or("has an entity that Telegram does not know; write &amp; for &")?;
                after
            }
            _ => return Err("has a bare >; write &gt;"),
        };
    }
    if open.is_empty() { Ok(()) } else { Err("has a tag that is not closed") }
}

/// Opens or closes a tag.
fn step(tag: &str, open: &mut Vec<String>) -> Result<(), &'static str> {
    if let Some(name) = tag.strip_prefix('/') {
        return if open.pop().as_deref() == Some(name) { Ok(()) } else { Err("closes a tag that is not the open one") };
    }
    let name = opened(tag).ok_or("has a tag that Telegram does not know")?;
    open.push(name.to_owned());
    Ok(())
}

/// The name of a tag that opens, if Telegram knows the tag with these attributes.
fn opened(tag: &str) -> Option<&str> {
    match tag.split_once(' ') {
        Some((name, attribute)) => takes(name, attribute).then_some(name),
        None => TAGS.contains(&tag).then_some(tag),
    }
}

fn takes(name: &str, attribute: &str) -> bool {
    let value = |start: &str| attribute.strip_prefix(start)?.strip_suffix('"');
    match name {
        "a" => value("href=\"").is_some_and(|url| !url.contains(['"', '<'])),
        "blockquote" => attribute == "expandable",
        "code" => value("class=\"language-").is_some_and(is_language),
        "span" => attribute == "class=\"tg-spoiler\"",
        "tg-emoji" => value("emoji-id=\"").is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())),
        _ => false,
    }
}

/// Whether a text can name a programming language, such as `c++`.
fn is_language(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "+-#_.".contains(c))
}

/// The character of an entity, without `&` and `;`.
fn character(entity: &str) -> Option<char> {
    match entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
    }
}

/// A text that [`check`] accepts, without tags.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        let (end, is_tag) = if rest[at..].starts_with('<') { ('>', true) } else { (';', false) };
        let Some((inner, after)) = rest[at + 1..].split_once(end) else { break };
        if !is_tag {
            text.extend(character(inner));
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The length of a text that [`check`] accepts, as Telegram counts it at most: without tags, in UTF-16 code units. Its
/// documents say characters for the limit and code units for the positions in a text, and code units are never fewer.
pub fn length(html: &str) -> usize {
    plain(html).encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn html_that_telegram_parses_is_taken() {
        for good in [
            "plain",
            "<b>bold <i>and more</i></b>",
            "<a href=\"https://example.org/?a=1&amp;b=2\">here</a>",
            "5 &lt; 6 &#38; &#x26;",
            "<pre>x</pre><tg-spoiler>y</tg-spoiler>",
            "<span class=\"tg-spoiler\">x</span>",
            "<blockquote expandable>x\ny</blockquote>",
            "<pre><code class=\"language-c++\">x</code></pre>",
            "<tg-emoji emoji-id=\"5368324170671202286\">👍</tg-emoji>",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn html_that_telegram_would_refuse_is_refused() {
        for bad in [
            "<b>",
            "</b>",
            "<b><i></b></i>",
            "<script>x</script>",
            "a < b",
            "a > b",
            "R&D",
            "&nbsp;",
            "<b x=\"1\">y</b>",
            "<a href=\"x\" onclick=\"y\">z</a>",
            "<a href='x'>z</a>",
            "<a>x</a>",
            "<span>x</span>",
            "<span class=\"red\">x</span>",
            "<blockquote wide>x</blockquote>",
            "<blockquote expandable>x</span>",
            "<b expandable>x</b>",
            "<code class=\"language-\">x</code>",
            "<tg-emoji emoji-id=\"x\">x</tg-emoji>",
            "<",
            "&",
            "&;",
            "<b>&#x110000;</b>",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn plain_text_has_no_tags_and_no_entities() {
        assert_eq!(length("<b>1&lt;2</b> 🌶é"), 7);
        assert_eq!(plain("<b>R&amp;D</b> at <a href=\"https://x.org/?a&amp;b\">5 &lt; 6</a>&#33;"), "R&D at 5 < 6!");
    }

    proptest! {
        #[test]
        fn escaped_text_is_html_that_says_the_text(text: String) {
            prop_assert_eq!(check(&escape(&text)), Ok(()));
            prop_assert_eq!(plain(&escape(&text)), text);
        }

        #[test]
        fn plain_text_is_never_longer_than_the_html(text: String) {
            prop_assert!(check(&text).is_err() || plain(&text).len() <= text.len());
        }
    }
}
