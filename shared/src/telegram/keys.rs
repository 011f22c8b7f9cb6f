//! The keys of what the bot knows in the `notifications` table, and of the updates it has seen, in `ephemeral`.

use crate::dynamo::Key;

/// The marker of an update that was accepted, in `ephemeral`.
pub fn seen(update_id: i64) -> Key {
    Key { pk: format!("TELEGRAM_UPDATE#{update_id}"), sk: "SEEN".to_owned() }
}

/// What is known of a Telegram account.
pub fn account(telegram_id: i64) -> String {
    format!("TELEGRAM#{telegram_id}")
}

/// The sort keys of groups begin so.
pub const GROUP: &str = "GROUP#";

/// The groups of the bot itself.
pub const BOT: &str = "TELEGRAM#BOT";

/// Whether an account, or the bot, is in a group.
pub fn membership(telegram_id: Option<i64>, chat_id: i64) -> Key {
    Key { pk: telegram_id.map_or_else(|| BOT.to_owned(), account), sk: format!("{GROUP}{chat_id}") }
}

/// The claim of the user who has a Telegram account, in the table `users`.
pub fn owner(telegram_id: i64) -> Key {
    Key { pk: format!("CLAIM#telegram#{telegram_id}"), sk: "CLAIM".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        assert_eq!(seen(7).to_string(), "TELEGRAM_UPDATE#7/SEEN");
        assert_eq!(membership(Some(42), -100).to_string(), "TELEGRAM#42/GROUP#-100");
        assert_eq!(membership(None, -100).to_string(), "TELEGRAM#BOT/GROUP#-100");
        assert_eq!(owner(42), crate::users::keys::claim(&crate::users::model::Claim::telegram(42)));
    }
}
