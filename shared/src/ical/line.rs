//! Writes a line of a calendar: escapes the value, and folds lines longer than 75 octets (RFC 5545 section 3.1).

use std::fmt::{self, Write};

/// Octets of a line, without its line break (RFC 5545 section 3.1).
const MAX_LINE: usize = 75;
const BREAK: &str = "\r\n";

/// The value of a property.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// Text. Characters with a meaning in iCalendar are escaped (section 3.3.11).
    Text(&'a str),
    /// A date, number or URL, which is written as it is.
    Plain(&'a str),
}

/// Writes `name:value`.
pub(super) fn content_line(out: &mut impl Write, name: &str, value: Value<'_>) -> fmt::Result {
    let mut line = Folded { out, length: 0 };
    for c in name.chars().chain([':']) {
        line.push(c)?;
    }
    match value {
        Value::Text(text) => {
            let mut rest = text.chars().peekable();
            while let Some(c) = rest.next() {
                match c {
                    '\r' if rest.peek() == Some(&'\n') => {}
                    '\r' | '\n' => line.push_all(['\\', 'n'])?,
                    '\\' | ';' | ',' => line.push_all(['\\', c])?,
                    _ => line.push(c)?,
                }
            }
        }
        Value::Plain(text) => {
            for c in text.chars() {
                line.push(c)?;
            }
        }
    }
    out.write_str(BREAK)
}

/// A line that is folded at the limit, between characters.
struct Folded<'a, W> {
    out: &'a mut W,
    length: usize,
}

impl<W: Write> Folded<'_, W> {
    /// Writes a character. Control characters are not allowed, and could end the line, so they are left out.
    fn push(&mut self, c: char) -> fmt::Result {
        if c.is_control() && c != '\t' {
            return Ok(());
        }
        if self.length + c.len_utf8() > MAX_LINE {
            self.out.write_str(BREAK)?;
            self.out.write_char(' ')?;
            self.length = 1;
        }
        self.length += c.len_utf8();
        self.out.write_char(c)
    }

    fn push_all(&mut self, all: [char; 2]) -> fmt::Result {
        all.into_iter().try_for_each(|c| self.push(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(name: &str, value: Value<'_>) -> String {
        let mut out = String::new();
        content_line(&mut out, name, value).unwrap();
        out
    }

    /// Reads a line back as section 3.1 and 3.3.11 say.
    fn read(line: &str) -> String {
        let unfolded = line.strip_suffix("\r\n").unwrap().replace("\r\n ", "");
        let escaped = unfolded.strip_prefix("SUMMARY:").unwrap();
        let (mut text, mut rest) = (String::new(), escaped.chars());
        while let Some(c) = rest.next() {
            match c {
                '\\' => match rest.next().unwrap() {
                    'n' | 'N' => text.push('\n'),
                    escaped => text.push(escaped),
                },
                '\n' | '\r' | ';' | ',' => panic!("{c:?} is not escaped"),
                c => text.push(c),
            }
        }
        text
    }

    #[test]
    fn line_is_folded_before_its_76th_octet() {
        let line = written("SUMMARY", Value::Text(&"x".repeat(75 - 8 + 74 + 1)));
        let lengths: Vec<usize> = line.split("\r\n").map(str::len).collect();
        assert_eq!(lengths, [75, 75, 2, 0]);
    }

    #[test]
    fn plain_value_cannot_end_its_line() {
        let line = written("URL", Value::Plain("https://example.org/\r\nBEGIN:VALARM"));
        assert_eq!(line, "URL:https://example.org/BEGIN:VALARM\r\n");
    }

    proptest! {
        #[test]
        fn any_text_survives_escaping_and_folding(text in "(?s).{0,300}") {
            let line = written("SUMMARY", Value::Text(&text));
            let one_break = text.replace("\r\n", "\n").replace('\r', "\n");
            let expected: String = one_break.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect();
            prop_assert_eq!(read(&line), expected);
        }

        #[test]
        fn no_line_is_longer_than_75_octets_nor_empty(text in "(?s)[\\PC\u{1F980}क\\\\\n,;]{0,300}") {
            let line = written("DESCRIPTION", Value::Text(&text));
            for part in line.strip_suffix("\r\n").unwrap().split("\r\n") {
                prop_assert!((2..=75).contains(&part.len()), "{part:?}");
            }
        }
    }
}
