//! Reads the texts of a schedule and makes them fit: a long text is cut, and control and hidden characters are left
//! out. HTML and Markdown stay as they are: nothing here renders them.

use serde_json::{Map, Value};
use url::Url;

use super::problems::{Place, Problems};
use crate::text::{Line, Text, cleaned, shows_something, without_hidden};

/// The text of a value. Of a text in several languages it is the English one, else the first, of those that are not
/// empty. Some programs write numbers.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(languages) => {
            let said = |value: &Value| value.as_str().filter(|text| shows_something(text)).map(str::to_owned);
            let preferred = ["en", "name", "title"].iter().find_map(|key| said(languages.get(*key)?));
            preferred.or_else(|| languages.values().find_map(said))
        }
        _ => None,
    }
}

/// The text of an optional field. A list or a boolean is a problem.
fn readable(value: Option<&Value>, place: &Place, problems: &mut Problems) -> Option<String> {
    let value = value.filter(|value| !value.is_null())?;
    let found = text(value);
    let is_empty =
        |languages: &Map<String, Value>| languages.values().all(|value| value.is_null() || value.is_string());
    if found.is_none() && !value.as_object().is_some_and(is_empty) {
        problems.odd(place, "must be text", "It is ignored");
    }
    found
}

/// The text of a field as one line; `None` if it is absent or empty.
pub(super) fn line<const MAX: usize>(
    value: Option<&Value>,
    place: &Place,
    problems: &mut Problems,
) -> Option<Line<MAX>> {
    let text = cleaned(&readable(value, place, problems)?);
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    cut(&line, MAX, place, problems).parse().ok()
}

/// The text of a field with its line breaks; `None` if it is absent or empty.
pub(super) fn long<const MAX: usize>(
    value: Option<&Value>,
    place: &Place,
    problems: &mut Problems,
) -> Option<Text<MAX>> {
    let text = readable(value, place, problems)?.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    let text: String = without_hidden(&text).chars().filter(|c| !c.is_control() || *c == '\n').collect();
    cut(text.trim(), MAX, place, problems).parse().ok()
}

/// The first `max` characters of a text.
fn cut<'a>(text: &'a str, max: usize, place: &Place, problems: &mut Problems) -> &'a str {
    match text.char_indices().nth(max) {
        Some((end, _)) => {
            problems.warning(place, format!("is longer than {max} characters. The rest is cut off"));
            text[..end].trim_end()
        }
        None => text,
    }
}

/// A URL, joined to `base` if it is relative; `None` if it is absent or empty.
pub(super) fn address<T: std::str::FromStr>(
    value: Option<&Value>,
    base: Option<&Url>,
    place: &Place,
    problems: &mut Problems,
) -> Option<T> {
    let value = value.map(|value| value.get("url").unwrap_or(value));
    let text = value.and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())?;
    // A complete URL stays as it is written: joining would respell it.
    let whole = match (Url::parse(text), base) {
        (Ok(_), _) => Some(text.to_owned()),
        (Err(_), Some(base)) => base.join(text).ok().map(String::from),
        (Err(_), None) => None,
    };
    let read = whole.and_then(|address| address.parse().ok());
    if read.is_none() {
        problems.odd(place, "is not a valid URL", "It is ignored");
    }
    read
}

/// A key of a session or a person, which is text or a number; `None` if it is absent, empty or a placeholder.
pub(super) fn key(value: Option<&Value>, place: &Place, problems: &mut Problems) -> Option<String> {
    let text = match value? {
        Value::Null => return None,
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => {
            problems.odd(place, "must be text or a number", "It is ignored");
            return None;
        }
    };
    // Placeholders of programs that have no number: 0 and -1.
    if text.is_empty() || text.parse::<i64>().is_ok_and(|number| number <= 0) {
        return None;
    }
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        problems.odd(place, "must be at most 200 characters, without control characters", "It is ignored");
        return None;
    }
    Some(text)
}
