//! The keys of calendar tokens, in the `conferences` table.

use super::model::TokenHash;
use crate::dynamo::Key;
use crate::id::UserId;

/// The key of a token, by its hash.
pub fn token(hash: &TokenHash) -> Key {
    Key { pk: format!("CALENDAR_TOKEN#{hash}"), sk: "TOKEN".to_owned() }
}

/// The key of a user's current token.
pub fn calendar(user: UserId) -> Key {
    Key { pk: format!("CALENDAR#{user}"), sk: "CALENDAR".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::model::Token;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let of_nothing: Token = "A".repeat(43).parse().unwrap();
        let hash = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
        assert_eq!(token(&of_nothing.hash()).to_string(), format!("CALENDAR_TOKEN#{hash}/TOKEN"));
        let user = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
        assert_eq!(calendar(user.parse().unwrap()).to_string(), format!("CALENDAR#{user}/CALENDAR"));
    }
}
