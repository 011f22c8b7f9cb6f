//! Characters that show nothing: a name of nothing but such characters looks like no name, and a name with one of them
//! in it looks like another person's.

use std::ops::RangeInclusive;

/// Characters besides spaces and control characters that show nothing: `Default_Ignorable_Code_Point` of Unicode 16,
/// interlinear annotations, and the empty Braille pattern.
const INVISIBLE: [RangeInclusive<char>; 18] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Whether a character shows nothing, though it is neither a space nor a control character.
pub(super) fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|range| range.contains(&c))
}

/// Invisible characters that scripts and emoji need: joiners (Persian, Hindi, families), directional marks, and the
/// variation selectors of emoji, ideographs and Mongolian, with its vowel separator.
const fn is_needed(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200c}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// The flag that tag characters make the flag of a region, such as Scotland's.
const FLAG: char = '\u{1f3f4}';
/// The most tags after it, the one that ends them included (Unicode Technical Standard 51, section C.1).
const FLAG_TAGS: u8 = 7;
const CANCEL_TAG: char = '\u{e007f}';

/// The characters of a text, and whether each is hidden: it shows nothing, or changes the order of what is around it,
/// and nothing needs it there.
fn judged(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut tags_left = 0;
    text.chars().map(move |c| {
        let is_of_flag = tags_left > 0 && ('\u{e0020}'..=CANCEL_TAG).contains(&c);
        tags_left = match c {
            FLAG => FLAG_TAGS,
            _ if is_of_flag && c != CANCEL_TAG => tags_left - 1,
            _ => 0,
        };
        (c, is_invisible(c) && !is_needed(c) && !is_of_flag)
    })
}

/// The first hidden character of a text: a bidirectional override, embedding or isolate, or an invisible character that
/// no script and no emoji needs.
pub(crate) fn first_hidden(text: &str) -> Option<char> {
    judged(text).find_map(|(c, is_hidden)| is_hidden.then_some(c))
}

/// A text without its hidden characters.
pub fn without_hidden(text: &str) -> String {
    judged(text).filter(|(_, is_hidden)| !is_hidden).map(|(c, _)| c).collect()
}

/// A text from another system as one line, without hidden and control characters. Who sends it does not hear of a
/// refusal, or did not write it.
pub fn cleaned(text: &str) -> String {
    without_hidden(text).replace(ends_line, " ").trim().to_owned()
}

/// Whether a character is a control character, or a line or paragraph separator.
pub(super) fn ends_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a text has a character that is seen.
pub(crate) fn shows_something(text: &str) -> bool {
    let is_seen = |c: char| !c.is_whitespace() && !c.is_control() && !is_invisible(c);
    text.chars().any(is_seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_emoji_keep_what_they_need() {
        for name in [
            "محمد\u{200f} علی\u{200c}رضا",
            "דָּוִד\u{200e} לוי",
            "क्\u{200d}षितिज शर्मा",
            "می\u{200c}خواهم",
            "ᠮᠣᠩᠭᠣᠯ\u{180e}ᠠ \u{1820}\u{180b}",
            "葛\u{e0100}城",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦 ❤\u{fe0f}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} Ailsa",
        ] {
            assert_eq!((first_hidden(name), cleaned(name)), (None, name.to_owned()));
        }
    }

    #[test]
    fn hidden_characters_are_found_and_left_out() {
        for (text, hidden, clean) in [
            ("Asha \u{202e}nimda\u{202c}", '\u{202e}', "Asha nimda"),
            ("\u{2067}Asha\u{2069}", '\u{2067}', "Asha"),
            ("As\u{200b}ha", '\u{200b}', "Asha"),
            ("Asha\u{3164}", '\u{3164}', "Asha"),
            ("Asha\u{e0041}", '\u{e0041}', "Asha"),
            // A flag has six tags and an end; more would be a hidden text.
            (
                "🏴\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0062}",
                '\u{e0062}',
                "🏴\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}",
            ),
        ] {
            assert_eq!((first_hidden(text), cleaned(text)), (Some(hidden), clean.to_owned()), "{text:?}");
        }
        assert_eq!(cleaned(" a\nb\u{2028}c\u{0} "), "a b c");
    }

    #[test]
    fn text_without_a_visible_character_shows_nothing() {
        for text in
            ["", " ", "\u{a0}\u{3000}", "\u{200b}", "\u{feff}\u{2060}", "\u{3164}", "\u{2800}", "\u{e0041}", "\u{ad}\n"]
        {
            assert!(!shows_something(text), "{text:?}");
        }
        // Joiners and selectors are part of words and emoji.
        for text in ["a", "क्\u{200d}ष", "❤\u{fe0f}", "👩\u{200d}🚀", "-", "\u{200f}א", "한"] {
            assert!(shows_something(text), "{text:?}");
        }
    }
}
