//! The Telegram account behind a login, as Mini App init data and the Login Widget describe it.

use serde::{Deserialize, Deserializer};

use crate::text::{cleaned, shows_something};

/// Ids have at most 52 significant bits (<https://core.telegram.org/bots/api#user>).
const MAX_ID: i64 = (1 << 52) - 1;
/// In bytes: 64 characters, the most Telegram lets a name have, of 4 bytes each.
const MAX_NAME: usize = 256;
/// The name of an account whose own name shows nothing, and that has no username.
const NAMELESS: &str = "Guest";
/// Twice the 32 characters Telegram allows.
const MAX_USERNAME: usize = 64;
/// An IETF language tag (RFC 5646, section 4.4.1, recommends room for 35 characters).
const MAX_LANGUAGE_CODE: usize = 35;
/// Telegram states no limit. All browsers support this length.
const MAX_PHOTO_URL: usize = 2048;

/// A Telegram account: the fields of `WebAppUser` (<https://core.telegram.org/bots/webapps#webappuser>) that we use.
///
/// The Login Widget does not tell `language_code`, `is_premium` and `allows_write_to_pm`; they are then `None` and
/// `false`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TelegramUser {
    /// Telegram's id, 1 to 2^52 - 1.
    pub id: i64,
    /// As the user wrote it, without hidden characters. It always shows something.
    pub first_name: String,
    /// As the user wrote it, without hidden characters.
    pub last_name: Option<String>,
    /// Without the `@`.
    pub username: Option<String>,
    /// Where Telegram serves the profile photo.
    pub photo_url: Option<String>,
    /// IETF language tag of the user's client.
    pub language_code: Option<String>,
    /// Whether the user pays for Telegram Premium.
    #[serde(default, deserialize_with = "flag")]
    pub is_premium: bool,
    /// Whether the user lets the bot write to them.
    #[serde(default, deserialize_with = "flag")]
    pub allows_write_to_pm: bool,
}

/// The account as Telegram sends it. Unknown fields are ignored, because Telegram adds some from time to time.
#[derive(Deserialize)]
struct Received {
    #[serde(default, deserialize_with = "flag")]
    is_bot: bool,
    #[serde(flatten)]
    user: TelegramUser,
}

/// `null` is what an absent flag is.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl TelegramUser {
    /// Reads the `user` field of init data; the error continues a sentence that begins with "the login data".
    pub fn from_json(json: &str) -> Result<Self, &'static str> {
        match serde_json::from_str(json) {
            Ok(Received { is_bot: true, .. }) => Err("is about a bot"),
            Ok(Received { user, .. }) => user.checked(),
            Err(_) => Err("has a `user` that is not a Telegram user"),
        }
    }

    /// Refuses values that Telegram would not send, so that later code need not expect them. An empty text is an absent
    /// one: some clients send it so, and nobody could send it back in a profile.
    pub fn checked(self) -> Result<Self, &'static str> {
        let user = self.within_bounds()?;
        let present = |text: Option<String>| text.filter(|text| shows_something(text));
        let name = |text: Option<String>| present(text.as_deref().map(cleaned));
        let (mut last_name, username) = (name(user.last_name), name(user.username));
        // Other people see some name of everybody. Telegram accepts a first name of invisible characters.
        let first_name = name(Some(user.first_name))
            .or_else(|| last_name.take())
            .or_else(|| username.clone())
            .unwrap_or_else(|| NAMELESS.to_owned());
        Ok(Self {
            first_name,
            last_name,
            username,
            photo_url: present(user.photo_url),
            language_code: present(user.language_code),
            ..user
        })
    }

    fn within_bounds(self) -> Result<Self, &'static str> {
        let fits = |text: &Option<String>, max| text.as_ref().is_none_or(|text| text.len() <= max);
        let all_fit = self.first_name.len() <= MAX_NAME
            && fits(&self.last_name, MAX_NAME)
            && fits(&self.username, MAX_USERNAME)
            && fits(&self.photo_url, MAX_PHOTO_URL)
            && fits(&self.language_code, MAX_LANGUAGE_CODE);
        match self.id {
            1..=MAX_ID if all_fit => Ok(self),
            1..=MAX_ID => Err("has a user field that is too long"),
            _ => Err("has a user id out of range"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_with_unknown_fields_is_read() {
        let user = TelegramUser::from_json(
            r#"{"id":7,"first_name":"Asha","is_bot":false,"username":"asha","added_to_attachment_menu":true,"new":{"a":[1]}}"#,
        );
        let user = user.unwrap();
        assert_eq!((user.id, user.first_name.as_str(), user.username.as_deref()), (7, "Asha", Some("asha")));
        assert_eq!((user.last_name, user.is_premium, user.allows_write_to_pm), (None, false, false));
    }

    #[test]
    fn empty_text_is_an_absent_one() {
        for empty in ["", " ", "\u{200b}"] {
            let texts =
                ["last_name", "username", "photo_url", "language_code"].map(|name| format!(r#""{name}":"{empty}""#));
            let json = format!(r#"{{"id":7,"first_name":"Asha",{}}}"#, texts.join(","));
            let user = TelegramUser::from_json(&json).unwrap();
            assert_eq!([user.last_name, user.username, user.photo_url, user.language_code], [const { None }; 4]);
        }
        let null =
            r#"{"id":7,"first_name":"A","last_name":null,"is_bot":null,"is_premium":null,"allows_write_to_pm":null}"#;
        assert!(TelegramUser::from_json(null).is_ok_and(|user| !user.is_premium && !user.allows_write_to_pm));
    }

    #[test]
    fn name_is_cleaned_and_one_that_shows_nothing_is_replaced() {
        let named = |first: &str, last: &str, username: &str| {
            let json = serde_json::json!({"id": 7, "first_name": first, "last_name": last, "username": username});
            let user = TelegramUser::from_json(&json.to_string()).unwrap();
            (user.first_name, user.last_name, user.username)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            named("Asha\u{202e}nimda", "R\u{200b}ao", "as\u{2066}ha"),
            ("Ashanimda".to_owned(), some("Rao"), some("asha"))
        );
        assert_eq!(named("\u{3164}", "Rao", "asha"), ("Rao".to_owned(), None, some("asha")));
        assert_eq!(named("\u{200b}", "\u{202e}", "asha"), ("asha".to_owned(), None, some("asha")));
        assert_eq!(named("\u{200b}\u{feff}", "", ""), ("Guest".to_owned(), None, None));
        // What is kept also may show nothing.
        assert_eq!(named("\u{200d}", "", ""), ("Guest".to_owned(), None, None));
        assert_eq!(named("علی\u{200c}رضا", "👩\u{200d}🚀", "x").0, "علی\u{200c}رضا");
    }

    #[test]
    fn bot_is_refused() {
        assert_eq!(TelegramUser::from_json(r#"{"id":7,"first_name":"B","is_bot":true}"#), Err("is about a bot"));
    }

    #[test]
    fn user_id_out_of_range_is_refused() {
        for (id, accepted) in [(0, false), (-1, false), (1, true), (MAX_ID, true), (MAX_ID + 1, false)] {
            let user = TelegramUser::from_json(&format!(r#"{{"id":{id},"first_name":"A"}}"#));
            assert_eq!(user.is_ok(), accepted, "{id}");
        }
    }

    #[test]
    fn user_field_too_long_is_refused() {
        for (field, max) in [
            ("last_name", MAX_NAME),
            ("username", MAX_USERNAME),
            ("photo_url", MAX_PHOTO_URL),
            ("language_code", MAX_LANGUAGE_CODE),
        ] {
            let user = |length| format!(r#"{{"id":1,"first_name":"A","{field}":"{}"}}"#, "x".repeat(length));
            assert!(TelegramUser::from_json(&user(max)).is_ok(), "{field}");
            assert!(TelegramUser::from_json(&user(max + 1)).is_err(), "{field}");
        }
        let longest = format!(r#"{{"id":1,"first_name":"{}"}}"#, "🌶".repeat(64));
        assert!(TelegramUser::from_json(&longest).is_ok());
        assert!(TelegramUser::from_json(&longest.replacen('🌶', "🌶x", 1)).is_err());
    }

    #[test]
    fn user_that_is_not_an_account_is_refused() {
        for json in ["", "null", "[]", "{}", r#"{"id":1}"#, r#"{"first_name":"A"}"#, r#"{"id":"1","first_name":"A"}"#] {
            assert!(TelegramUser::from_json(json).is_err(), "{json}");
        }
    }
}
