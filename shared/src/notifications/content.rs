//! The text of a message: title and body in one or more languages, with placeholders, checked before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use leon::Template as Placeholders;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::html;
use super::locale::{Locale, fallbacks};
use crate::text::{Line, Text, refuse_hidden};

/// Characters of a message, after Telegram has parsed it (Bot API, `sendMessage`).
pub const MAX_MESSAGE: usize = 4096;
/// Characters of a message under a photo (Bot API, `sendPhoto`).
pub const MAX_CAPTION: usize = 1024;
/// The placeholder that every template may use: it differs from recipient to recipient.
pub const FIRST_NAME: &str = "first_name";
/// Telegram's longest first name, in its longest characters.
const LONGEST_NAME: usize = 64;
const LONG_CHARACTER: &str = "\u{1f336}";

/// A message in one language. `{hall}` is the placeholder of an argument `hall`; write `\{` for a brace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationText)]
pub struct Wording {
    /// Title: one line of plain text.
    pub title: Line<200>,
    /// Body, in Telegram's HTML.
    pub body: Text<4096>,
}

/// A message in all its languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationContent)]
pub struct Content {
    /// The language for recipients whose own language is missing. It must be one of `locales`.
    pub default_locale: Locale,
    /// The text by language, at most 20 languages.
    pub locales: BTreeMap<Locale, Wording>,
}

/// A message with its placeholders filled in, as one recipient gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RenderedNotification)]
pub struct Rendered {
    /// Title in plain text.
    pub title: String,
    /// Body in plain text.
    pub body: String,
    /// Title and body in HTML, as they are sent to Telegram.
    pub html: String,
}

/// A problem of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The JSON path of the wrong part.
    pub field: String,
    pub message: String,
}

impl Flaw {
    fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The arguments that somebody typed with hidden characters.
pub fn hidden_in(arguments: &BTreeMap<String, String>) -> impl Iterator<Item = Flaw> {
    arguments.iter().filter_map(|(name, value)| {
        let why = refuse_hidden(value).err()?;
        Some(Flaw::new(format!("arguments.{name}"), why.to_string()))
    })
}

impl Content {
    /// The placeholders in all languages, without [`FIRST_NAME`].
    pub fn placeholders(&self) -> BTreeSet<String> {
        self.used().filter(|name| name != FIRST_NAME).collect()
    }

    /// Whether the text depends on the recipient's name.
    pub fn is_personal(&self) -> bool {
        self.used().any(|name| name == FIRST_NAME)
    }

    fn used(&self) -> impl Iterator<Item = String> {
        let texts = self.locales.values().flat_map(|wording| [wording.title.as_str(), wording.body.as_str()]);
        texts
            .filter_map(|text| Placeholders::parse(text).ok())
            .flat_map(|parsed| parsed.keys().map(|key| (*key).to_owned()).collect::<Vec<_>>())
    }

    /// All problems of a template with these arguments.
    pub fn flaws(&self, arguments: &BTreeSet<String>) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if !self.locales.contains_key(&self.default_locale) {
            flaws.push(Flaw::new("default_locale", "must be one of the locales"));
        }
        if self.locales.len() > 20 {
            flaws.push(Flaw::new("locales", "must have at most 20 languages"));
        }
        for (locale, wording) in &self.locales {
            for (part, text) in [("title", wording.title.as_str()), ("body", wording.body.as_str())] {
                let field = format!("locales.{locale}.{part}");
                match Placeholders::parse(text) {
                    Err(_) => flaws.push(Flaw::new(field, "has a brace without its other half; write \\{ for a brace")),
                    Ok(parsed) => {
                        let known = |key: &&&str| **key == FIRST_NAME || arguments.contains(**key);
                        let unknown = parsed.keys().filter(|key| !known(key));
                        flaws.extend(unknown.map(|key| {
                            Flaw::new(
                                &field,
                                format!("has the placeholder {{{key}}}, which is not among the arguments"),
                            )
                        }));
                    }
                }
            }
            let blank: BTreeMap<String, String> = arguments.iter().map(|name| (name.clone(), "x".to_owned())).collect();
            if let Some(rendered) = render(wording, &blank, "x")
                && let Err(problem) = html::check(&rendered.html)
            {
                flaws.push(Flaw::new(format!("locales.{locale}.body"), problem));
            }
        }
        flaws
    }

    /// All problems of a message with these arguments, for any recipient. `max` is [`MAX_MESSAGE`] or [`MAX_CAPTION`].
    pub fn flaws_with(&self, arguments: &BTreeMap<String, String>, max: usize) -> Vec<Flaw> {
        let wanted = self.placeholders();
        let missing = wanted.iter().filter(|name| !arguments.contains_key(*name));
        let mut flaws: Vec<Flaw> = missing.map(|name| Flaw::new(format!("arguments.{name}"), "is missing")).collect();
        let unknown = arguments.keys().filter(|name| !wanted.contains(*name));
        flaws.extend(unknown.map(|name| Flaw::new(format!("arguments.{name}"), "is not an argument of the template")));
        if !flaws.is_empty() {
            return flaws;
        }
        for (locale, wording) in &self.locales {
            let Some(rendered) = render(wording, arguments, &LONG_CHARACTER.repeat(LONGEST_NAME)) else { continue };
            let length = html::length(&rendered.html);
            if length > max {
                let message = format!("must have at most {max} characters with its arguments; it can have {length}");
                flaws.push(Flaw::new(format!("locales.{locale}"), message));
            }
        }
        flaws
    }

    /// The message for a recipient of this language and name. `None` if an argument is missing.
    pub fn render(
        &self,
        language: Option<&str>,
        arguments: &BTreeMap<String, String>,
        first_name: &str,
    ) -> Option<Rendered> {
        let own = language.into_iter().flat_map(fallbacks).find_map(|tag| self.locales.get(tag.as_str()));
        let wording = own.or_else(|| self.locales.get(&self.default_locale))?;
        render(wording, arguments, first_name)
    }
}

/// Title and body with the arguments filled in; `None` if one is missing.
fn render(wording: &Wording, arguments: &BTreeMap<String, String>, first_name: &str) -> Option<Rendered> {
    let fill = |text: &str, show: fn(&str) -> String| {
        let value =
            |key: &str| if key == FIRST_NAME { Some(first_name) } else { arguments.get(key).map(String::as_str) };
        let values = leon::vals(|key| value(key).map(|value| show(value).into()));
        Placeholders::parse(text).ok()?.render(&values).ok()
    };
    let title = fill(wording.title.as_str(), str::to_owned)?;
    let body = fill(wording.body.as_str(), html::escape)?;
    let html = format!("<b>{}</b>\n\n{body}", html::escape(&title));
    Some(Rendered { title, body: html::plain(&body), html })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn content(title: &str, body: &str) -> Content {
        let wording = json!({"title": title, "body": body});
        let hindi = json!({"title": "नमस्ते", "body": body});
        serde_json::from_value(json!({"default_locale": "en", "locales": {"en": wording, "hi": hindi}})).unwrap()
    }

    fn arguments(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn arguments_are_escaped_in_telegrams_html_and_plain_elsewhere() {
        let content = content("Hi {first_name}", "<b>{hall}</b> &amp; more, \\{really\\}");
        let rendered = content.render(None, &arguments(&[("hall", "<R&D>")]), "A<b>").unwrap();
        assert_eq!(rendered.title, "Hi A<b>");
        assert_eq!(rendered.body, "<R&D> & more, {really}");
        assert_eq!(rendered.html, "<b>Hi A&lt;b&gt;</b>\n\n<b>&lt;R&amp;D&gt;</b> &amp; more, {really}");
    }

    #[test]
    fn language_is_the_recipients_or_its_base_or_the_default() {
        let content = content("Hello", "x");
        for (language, title) in [(Some("hi"), "नमस्ते"), (Some("hi-IN"), "नमस्ते"), (Some("de"), "Hello"), (None, "Hello")]
        {
            assert_eq!(content.render(language, &BTreeMap::new(), "x").unwrap().title, title, "{language:?}");
        }
    }

    #[test]
    fn language_falls_back_part_by_part() {
        let wording = |title: &str| json!({"title": title, "body": "x"});
        let chinese = json!({"zh": wording("zh"), "zh-Hans": wording("zh-hans"), "zh-hant-hk": wording("hk")});
        let mut content = json!({"default_locale": "en", "locales": chinese});
        content["locales"]["en"] = wording("en");
        let content: Content = serde_json::from_value(content).unwrap();
        for (language, title) in [
            ("zh-Hans-CN", "zh-hans"),
            ("zh_Hans", "zh-hans"),
            ("zh-Hant-TW", "zh"),
            ("zh-Hant-HK", "hk"),
            ("zh-x-private-use", "zh"),
            ("-", "en"),
        ] {
            assert_eq!(content.render(Some(language), &BTreeMap::new(), "x").unwrap().title, title, "{language}");
        }
    }

    #[test]
    fn flaws_of_a_template_are_named_by_field() {
        let flaws = |content: Content, names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            content.flaws(&names).into_iter().map(|flaw| flaw.field).collect::<Vec<_>>()
        };
        assert!(flaws(content("{hall} {first_name}", "<b>{hall}</b>"), &["hall"]).is_empty());
        assert_eq!(flaws(content("x", "{hall}"), &[]), ["locales.en.body", "locales.hi.body"]);
        assert_eq!(flaws(content("{", "y"), &[]), ["locales.en.title"]);
        assert_eq!(flaws(content("x", "<b>y"), &[]), ["locales.en.body", "locales.hi.body"]);
        let mut lost = content("x", "y");
        lost.default_locale = "de".parse().unwrap();
        assert_eq!(flaws(lost, &[]), ["default_locale"]);
    }

    #[test]
    fn message_is_measured_filled_in_and_without_tags() {
        let content = content("12345", &format!("<b>{}</b>{{hall}}", "é".repeat(4079)));
        let fits = |hall: &str| content.flaws_with(&arguments(&[("hall", hall)]), MAX_MESSAGE).is_empty();
        assert!(fits("<&>-<&>-") && !fits("<&>-<&>-<&>-"));
        assert_eq!(content.flaws_with(&BTreeMap::new(), MAX_MESSAGE)[0].field, "arguments.hall");
        let surplus = arguments(&[("hall", "x"), ("stage", "y")]);
        assert_eq!(content.flaws_with(&surplus, MAX_MESSAGE)[0].field, "arguments.stage");
    }

    #[test]
    fn message_is_measured_in_utf_16_with_the_longest_name() {
        let fits = |body: &str| content("12345", body).flaws_with(&BTreeMap::new(), MAX_MESSAGE).is_empty();
        // Title, two line breaks, and pairs of code units.
        assert!(fits(&"🌶".repeat(2044)) && !fits(&"🌶".repeat(2045)));
        assert!(
            fits(&format!("{{first_name}}{}", "x".repeat(3960)))
                && !fits(&format!("{{first_name}}{}", "x".repeat(3961)))
        );
    }

    proptest! {
        #[test]
        fn rendered_html_parses_whatever_the_arguments(name: String, hall: String) {
            let content = content("{hall}", "<i>{first_name}</i> <a href=\"https://x.org/{hall}\">{hall}</a>");
            let rendered = content.render(None, &arguments(&[("hall", &hall)]), &name).unwrap();
            prop_assert_eq!(html::check(&rendered.html), Ok(()));
        }
    }
}
