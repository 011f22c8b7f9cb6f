//! Characters that show nothing: a name of nothing but such characters looks like no name.

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

/// Whether a text has a character that is seen.
pub(crate) fn shows_something(text: &str) -> bool {
    let is_seen = |c: char| !c.is_whitespace() && !c.is_control() && !is_invisible(c);
    text.chars().any(is_seen)
}

#[cfg(test)]
mod tests {
    use super::*;

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
