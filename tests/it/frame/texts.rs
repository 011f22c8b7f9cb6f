//! Texts from outside and their schemas agree: what a type accepts, it answers as `infra/openapi.json` documents it.

use std::fmt;
use std::str::FromStr;

use ibw::text::{InvalidText, Line, Slug, Tag, Text, cleaned};
use ibw::url::{HttpsUrl, WebUrl};
use ibw::users::contact::{CountryCode, EmailAddress, PhoneNumber};
use ibw::users::handles::{GithubUsername, KgenUsername, LinkedinUsername, TwitterUsername};
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use regex::Regex;
use serde::Serialize;
use serde_json::{Value, json};

use crate::structure::read;

fn schema(name: &str) -> Validator {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).unwrap();
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&document["components"]["schemas"][name]).unwrap()
}

/// Texts that begin as those of the type do, and go on with anything.
fn check<T: FromStr + Serialize + fmt::Debug>(name: &str, patterns: &[&str]) {
    let schema = schema(name);
    for pattern in patterns {
        let texts = proptest::string::string_regex(pattern).unwrap();
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let law = runner.run(&texts, |text| {
            if let Ok(accepted) = text.parse::<T>() {
                let answered = json!(accepted);
                prop_assert!(schema.is_valid(&answered), "{text:?} is answered as {answered}");
            }
            Ok(())
        });
        law.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn accepted_text_is_answered_as_documented() {
    check::<HttpsUrl>(
        "HttpsUrl",
        &["[Hh]ttps://[a-z0-9._-]{1,8}(:[0-9]{0,5})?(/|[?]|#)\\PC{0,12}", "https://\\PC{1,12}"],
    );
    check::<WebUrl>(
        "WebUrl",
        &["https?://[a-z0-9._-]{1,8}(/|[?]|#)\\PC{0,12}", "http://\\PC{1,12}", "http://[0-9a-f:.\\[\\]]{1,9}/"],
    );
    check::<EmailAddress>("EmailAddress", &["\\PC{1,8}@[a-z0-9.é-]{1,8}[.]org", "[a-z.+]{1,9}@\\PC{1,8}[.]org"]);
    check::<PhoneNumber>("PhoneNumber", &["[+]?[0-9 ().-]{5,20}"]);
    check::<CountryCode>("CountryCode", &["[+]?[A-Za-z0-9]{1,5}"]);
    check::<TwitterUsername>("TwitterUsername", &["[@A-Za-z0-9_ /:.]{1,20}", "https://x.com/\\PC{1,9}"]);
    check::<LinkedinUsername>("LinkedinUsername", &["[@\\PC]{1,9}", "https://linkedin.com/in/\\PC{1,9}"]);
    check::<GithubUsername>("GithubUsername", &["[@A-Za-z0-9-]{1,9}", "https://github.com/\\PC{1,9}"]);
    check::<KgenUsername>("KgenUsername", &["[@A-Za-z0-9_-]{1,9}", "\\PC{1,9}"]);
    check::<Slug>("Slug", &["[a-z0-9 _-]{1,9}", "\\PC{1,9}"]);
    check::<Tag>("Tag", &["[A-Za-z0-9 _-]{1,9}", "\\PC{1,9}"]);
    check::<Line<100>>("Line100", &["(?s).{1,9}"]);
    check::<Text<500>>("Text500", &["(?s).{1,9}", "[ \\n\\ra]{1,9}"]);
}

/// The other way around holds for what a pattern can say.
#[test]
fn refused_text_is_not_documented_as_valid() {
    for (name, texts) in [
        ("Line100", vec!["", " ", "\t", "a\nb"]),
        ("Text500", vec!["", " ", "\r\n", "\n \n", "a\tb"]),
        ("HttpsUrl", vec!["http://example.org/", "javascript:alert(1)"]),
        ("WebUrl", vec!["ftp://example.org/", "mailto:asha@example.org"]),
    ] {
        let schema = schema(name);
        for text in texts {
            assert!(!schema.is_valid(&json!(text)), "{name} allows {text:?}");
        }
    }
    assert!("\r\n".parse::<Text<500>>().is_err() && " ".parse::<Line<100>>().is_err());
    let none: Result<Line<100>, InvalidText> = "a\nb".parse();
    assert!(none.is_err());
}

/// By the properties that Unicode gives to characters: all of them are tried.
#[test]
fn every_hidden_character_is_refused_and_cleaned_and_no_other_is() {
    let class = |properties: &str| Regex::new(&format!("^[{properties}]$")).unwrap();
    // Overrides, embeddings and isolates are the bidirectional controls that are no marks.
    let hidden = class(r"\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\x{fff9}-\x{fffb}\x{2800}");
    let needed = class(r"\p{Join_Control}\p{Variation_Selector}\x{180e}\x{200e}\x{200f}\x{61c}");
    let (line, lines) = (schema("Line100"), schema("Text500"));
    let mut refused = 0;
    for c in ('\u{0}'..=char::MAX).filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')) {
        let (name, alone) = (format!("Asha{c}Rao"), c.to_string());
        let is_hidden = hidden.is_match(&alone) && !needed.is_match(&alone);
        let code = format!("U+{:04X}", u32::from(c));
        assert_eq!(name.parse::<Line<100>>().is_err(), is_hidden, "{code}");
        assert_eq!(name.parse::<Text<500>>().is_err(), is_hidden, "{code}");
        assert_eq!(cleaned(&name), if is_hidden { "AshaRao".to_owned() } else { name.clone() }, "{code}");
        refused += u32::from(is_hidden);
        if is_hidden {
            let Err(InvalidText(why)) = name.parse::<Line<100>>() else { panic!("{code}") };
            assert!(why.contains(&code), "{why}");
            assert!(format!("asha{c}rao").parse::<LinkedinUsername>().is_err(), "{code}");
            assert!(format!("asha{c}rao").parse::<Tag>().is_err(), "{code}");
            assert!(format!("asha{c}rao@example.org").parse::<EmailAddress>().is_err(), "{code}");
        }
        // Patterns can say it of the characters that have four hexadecimal digits.
        if u32::from(c) <= 0xffff && (is_hidden || u32::from(c) % 64 == 0) {
            assert_eq!((line.is_valid(&json!(name)), lines.is_valid(&json!(name))), (!is_hidden, !is_hidden), "{code}");
        }
    }
    assert!(refused > 3_500, "{refused}");
}
