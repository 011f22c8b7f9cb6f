//! The API speaks plain English: what its readers must decode stays out of the OpenAPI document and of error messages.

use serde_json::Value;

use super::{read, rust_files};

/// Words of the dialect that these texts were once written in, and what it takes to be found: lower case, whole.
const DIALECT: [&str; 25] = [
    "whoever",
    "whomever",
    "those of which",
    "as documented",
    "is good no more",
    "no more",
    "that stand so",
    "stands so",
    "by the clocks",
    "its clocks",
    "from ever",
    "which nobody",
    "in addresses",
    "for want of",
    "comes of",
    "came of",
    "these who",
    "is told of",
    "are told of",
    "is seen at the door",
    "was so before",
    "as it is then",
    "that think so",
    "makes it",
    "lapsed",
];
/// Words that a sentence may have: longer ones are read twice.
const LONGEST: usize = 30;

fn assert_plain(place: &str, text: &str) {
    let lower = text.to_lowercase();
    for words in DIALECT {
        let found = lower.match_indices(words).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !letter(lower[..at].chars().next_back()) && !letter(lower[at + words.len()..].chars().next())
        });
        assert!(
            !found,
            "{place}: say `{words}`, which is in DIALECT of tests/it/structure/words.rs, in plain words, and run `make openapi`: {text}"
        );
    }
    for sentence in text.split('\n').flat_map(|line| line.split(". ")) {
        let words = sentence.split_whitespace().count();
        assert!(words <= LONGEST, "{place}: a sentence has {words} words, of at most {LONGEST}: {sentence}");
    }
}

/// Descriptions, summaries and titles below a value.
fn described(place: &str, value: &Value, check: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member.as_str()) {
                    ("description" | "summary" | "title", Some(text)) => check(place, text),
                    _ => described(&format!("{place}/{name}"), member, check),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| described(place, item, check)),
        _ => {}
    }
}

#[test]
fn openapi_document_is_in_plain_words() {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    described("", &document, &mut |place, text| assert_plain(place, text));
}

#[test]
fn operations_have_a_short_summary_and_schemas_a_description() {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let summary = operation["summary"].as_str().unwrap_or_default();
            let words = summary.split_whitespace().count();
            assert!(
                summary.ends_with('.') && (1..=14).contains(&words),
                "{method} {path}: a summary like `Get an event.`: {summary}"
            );
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            assert!(
                is_described(schema) || name.starts_with("Page_"),
                "{name}.{property} has no description: write a doc comment"
            );
        }
    }
}

/// Whether it says what it is, or refers to what says so. A member that may be `null` says it in one of its
/// alternatives.
fn is_described(schema: &Value) -> bool {
    let alternatives = || ["oneOf", "anyOf"].iter().filter_map(|word| schema[word].as_array()).flatten();
    !schema["description"].is_null() || !schema["$ref"].is_null() || alternatives().any(is_described)
}

#[test]
fn error_messages_are_in_plain_words() {
    for (file, text) in rust_files("shared/src").into_iter().chain(rust_files("functions")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for start in ["#[error(\"", "ApiError::new("] {
            for rest in code.split(start).skip(1) {
                let message = if start.ends_with('"') { rest.split('"').next() } else { rest.split(';').next() };
                assert_plain(&file, message.unwrap_or_default());
            }
        }
    }
}
