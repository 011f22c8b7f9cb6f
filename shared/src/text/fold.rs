//! Text in its form for searches and comparisons: what people type without a look for the right key.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::visible::is_invisible;

/// Text as people type it: compatibility forms folded (NFKD), without case, accents, points and joiners, and with plain
/// letters for those that no keyboard elsewhere has. So `José Łukasz` is found by `jose lukasz`.
pub fn fold(text: &str) -> String {
    // What shows nothing goes first: marks are brought into their order only where nothing is between them.
    let shown = text.chars().filter(|c| !is_invisible(*c));
    let mut folded = String::with_capacity(text.len());
    for c in shown.nfkd().filter(|c| !is_optional(*c)).flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// The words of a text, folded: runs of letters, marks and digits, `_` included as usernames have it.
pub fn words(text: &str) -> Vec<String> {
    words_of(&fold(text)).map(str::to_owned).collect()
}

/// The words that a text is found by: [`words`], and those with an apostrophe as one word, too, since people leave it
/// out. So `D’Souza` is found by `d'souza`, `dsouza` and `souza`.
pub fn words_to_index(text: &str) -> Vec<String> {
    let folded = fold(text);
    let joined = folded.replace('\'', "");
    let mut found: Vec<String> = Vec::new();
    for word in words_of(&folded).chain(words_of(&joined)) {
        if !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found
}

fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c) || c == '_';
    folded.split(move |c| !in_word(c)).filter(|word| !word.is_empty())
}

/// Marks that people leave out: accents, Hebrew points, Arabic vowels and hamzas, the nukta of Devanagari.
const fn is_optional(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
            | '\u{64b}'..='\u{65f}' | '\u{670}'
            | '\u{93c}'
    )
}

/// What people type for a letter that Unicode does not take apart.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' | 'ɔ' => "o",
        'đ' | 'ð' | 'ɗ' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ŋ' => "n",
        'ə' | 'ɛ' | 'ǝ' => "e",
        'ɓ' => "b",
        'ƙ' | 'ĸ' => "k",
        'ƴ' => "y",
        'þ' => "th",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'ς' => "σ",
        // Quotation marks that phones write for an apostrophe, and letters that look like one, as in `Hawaiʻi`.
        '\u{2018}' | '\u{2019}' | '\u{2b9}'..='\u{2bf}' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_fold_accents_case_and_width() {
        assert_eq!(words("José ﬁre-wall Ｗｅｂ３ a_b"), ["jose", "fire", "wall", "web3", "a_b"]);
    }

    #[test]
    fn words_are_found_as_people_type_them() {
        for (written, typed) in [
            ("Łukasz Żółw", "lukasz zolw"),
            ("Søren Ærø", "soren aero"),
            ("Đorđe Nguyễn Đức", "dorde nguyen duc"),
            ("Þór Guðrún", "thor gudrun"),
            ("Straße STRAẞE", "strasse strasse"),
            ("Œuvre", "oeuvre"),
            ("Işık İzmir IŞIK", "isik izmir isik"),
            ("Ħal Għaxaq", "hal ghaxaq"),
            ("Əliyev", "eliyev"),
            ("Hawaiʻi", "hawai'i"),
            ("Σίσυφος", "σισυφοσ"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
            ("Алёна Мой", "алена мои"),
            ("أحمد مُحَمَّد", "احمد محمد"),
            ("שָׁלוֹם", "שלום"),
            ("फ़िरोज़", "फिरोज"),
            ("क्\u{200d}ष so\u{ad}ft", "क्ष soft"),
        ] {
            assert_eq!(words(written), words(typed), "{written}");
        }
    }

    #[test]
    fn word_with_an_apostrophe_is_found_with_and_without_it() {
        assert_eq!(words_to_index("Maya D’Souza"), ["maya", "d", "souza", "dsouza"]);
        assert_eq!(words_to_index("rock 'n' roll rock"), ["rock", "n", "roll"]);
        assert_eq!((fold("O’Brien"), words("O’Brien")), (fold("o'brien"), words("o'brien")));
    }

    proptest! {
        #[test]
        fn fold_is_stable(text: String, marked in "[aßİ\u{301}\u{316}\u{93c}\u{64b}\u{200d}\u{ffa0}ﹱ]{0,8}") {
            for text in [text, marked] {
                prop_assert_eq!(fold(&fold(&text)), fold(&text));
            }
        }
    }
}
