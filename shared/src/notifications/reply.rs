//! What the bot answers to commands, in the languages that it speaks.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::html::escape;
use super::locale::fallbacks;

/// The bot's answer to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To `/start`.
    Welcome,
    /// To `/help`.
    Help,
    /// To `/stop`.
    Stopped,
}

/// All that the bot says in one language, in Telegram's HTML.
struct Phrases {
    language: &'static str,
    welcome: &'static str,
    help: &'static str,
    stopped: &'static str,
    /// Before a one-time code, and after it.
    code: [&'static str; 2],
    /// What is on the button that opens the app.
    open: &'static str,
}

const ENGLISH: Phrases = Phrases {
    language: "en",
    welcome: "<b>Welcome to India Blockchain Week!</b>\n\n\
              I will send you messages about your sessions, events and quests. \
              For everything else, open the app. Send /stop to stop my messages, or /help for help.",
    help: "I send you announcements of the conference and your notifications.\n\n/start: get messages from me\n\
           /stop: stop my messages\n/help: show this help\n\nChoose your notifications and quiet hours in the app.",
    stopped: "I will not send you messages. You still find your notifications in the app. \
              Send /start to get messages again.",
    code: [
        "Your confirmation code is",
        "It is valid for 10 minutes. Never give it to anybody. If you did not ask for it, log out everywhere in the app.",
    ],
    open: "Open the app",
};

const HINDI: Phrases = Phrases {
    language: "hi",
    welcome: "<b>इंडिया ब्लॉकचेन वीक में आपका स्वागत है!</b>\n\n\
              मैं आपको आपके सत्रों, कार्यक्रमों और क्वेस्ट के बारे में संदेश भेजूँगा। \
              बाकी सब के लिए ऐप खोलें। मेरे संदेश बंद करने के लिए /stop भेजें, या मदद के लिए /help।",
    help: "मैं आपको सम्मेलन की घोषणाएँ और आपकी सूचनाएँ भेजता हूँ।\n\n/start: मुझसे संदेश पाएँ\n\
           /stop: मेरे संदेश बंद करें\n/help: यह मदद दिखाएँ\n\nअपनी सूचनाएँ और शांत समय ऐप में चुनें।",
    stopped: "मैं आपको संदेश नहीं भेजूँगा। आपकी सूचनाएँ ऐप में मिलती रहेंगी। फिर से संदेश पाने के लिए /start भेजें।",
    code: [
        "आपका पुष्टि कोड है",
        "यह 10 मिनट तक मान्य है। इसे किसी को न दें। यदि आपने इसे नहीं माँगा, तो ऐप में हर जगह से लॉग आउट करें।",
    ],
    open: "ऐप खोलें",
};

/// The phrases for a recipient of this language.
fn phrases(language: Option<&str>) -> &'static Phrases {
    let known = |tag: String| [&ENGLISH, &HINDI].into_iter().find(|phrases| phrases.language == tag);
    language.into_iter().flat_map(fallbacks).find_map(known).unwrap_or(&ENGLISH)
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Welcome => "welcome",
            Self::Help => "help",
            Self::Stopped => "stopped",
        })
    }
}

impl Reply {
    /// The text, in Telegram's HTML.
    pub fn html(self, language: Option<&str>) -> &'static str {
        let phrases = phrases(language);
        match self {
            Self::Welcome => phrases.welcome,
            Self::Help => phrases.help,
            Self::Stopped => phrases.stopped,
        }
    }

    /// What is on the button that opens the app, if the answer has one.
    pub fn button(self, language: Option<&str>) -> Option<&'static str> {
        (self == Self::Welcome).then(|| phrases(language).open)
    }
}

/// The message with a one-time code, in Telegram's HTML.
pub fn code(code: &str, language: Option<&str>) -> String {
    let [before, after] = phrases(language).code;
    format!("{before} <code>{}</code>\n\n{after}", escape(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::html;

    #[test]
    fn answer_is_in_the_recipients_language_or_english() {
        for (language, expected) in [
            (Some("hi"), HINDI.stopped),
            (Some("hi-IN"), HINDI.stopped),
            (Some("de"), ENGLISH.stopped),
            (None, ENGLISH.stopped),
        ] {
            assert_eq!(Reply::Stopped.html(language), expected, "{language:?}");
        }
        assert_eq!((Reply::Welcome.button(Some("hi")), Reply::Help.button(None)), (Some(HINDI.open), None));
    }

    #[test]
    fn answers_are_html_and_name_the_commands() {
        for language in ["en", "hi"] {
            let [welcome, help, stopped] =
                [Reply::Welcome, Reply::Help, Reply::Stopped].map(|reply| reply.html(Some(language)));
            for text in [welcome, help, stopped] {
                assert_eq!(html::check(text), Ok(()), "{text}");
            }
            assert!(welcome.contains("/stop") && help.contains("/start") && stopped.contains("/start"), "{language}");
        }
    }
}
