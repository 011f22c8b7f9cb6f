//! The keys of sessions (`ephemeral`) and API keys (`admin`).

use crate::auth::model::ApiKeyId;
use crate::dynamo::Key;
use crate::id::{SessionId, UserId};

/// All that `ephemeral` holds of a user.
pub fn partition(user: UserId) -> String {
    format!("USER#{user}")
}

/// The sort keys of sessions begin so.
pub const SESSION: &str = "SESSION#";

/// A session of a user.
pub fn session(user: UserId, session: SessionId) -> Key {
    Key { pk: partition(user), sk: format!("{SESSION}{session}") }
}

/// The confirmation of a user.
pub fn confirmation(user: UserId) -> Key {
    Key { pk: partition(user), sk: "CONFIRMATION".to_owned() }
}

/// An API key.
pub fn api_key(id: ApiKeyId) -> Key {
    Key { pk: format!("APIKEY#{id}"), sk: "APIKEY".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let user = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        let id = "ses_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        assert_eq!(session(user, id).to_string(), format!("USER#{user}/SESSION#{id}"));
        let key: ApiKeyId = "key_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        assert_eq!(api_key(key).to_string(), format!("APIKEY#{key}/APIKEY"));
    }
}
